"""The page in the browser: answers and articles as HTML, in Arabic and in English. app.py puts it together."""
