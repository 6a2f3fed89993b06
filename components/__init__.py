"""The browser side of mbml, as Streamlit sees it."""
