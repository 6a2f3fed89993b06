"""The panels of the page. What they draw is made by pure functions; names are data and always escaped."""
