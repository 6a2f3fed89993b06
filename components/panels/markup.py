"""Showing markup of our own making."""

from __future__ import annotations

import streamlit as st


def html(markup: str) -> None:
    """Show `markup`, in which every name is escaped already. It must start with a block element and hold no line
    break, so that the markdown parser passes it through; st.html would take out the SVG.
    """
    st.markdown(markup, unsafe_allow_html=True)
