"""The editor: one component that fills the page. Python owns the document, the browser the gesture."""
