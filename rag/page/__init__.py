"""The page in the browser: answers, articles and controls as HTML, in Arabic and in English. app.py puts it together."""
