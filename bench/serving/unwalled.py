"""The web process as it would be without the wall in the database, to compare it with; the first wall stands."""

from __future__ import annotations

from unittest.mock import patch

import app
from web import acting

if __name__ == "__main__":
    with patch.object(acting, "current", return_value=None):  # nobody is named, so the owner that signed in sees all
        app.main()
