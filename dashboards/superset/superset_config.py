"""Configuration of Apache Superset beside `dampingan`: one machine, SQLite metadata, no word to the outside.

Superset loads it by `SUPERSET_CONFIG_PATH`; `superset.sh` sets that and `SUPERSET_HOME`. It runs in Superset's own
environment and knows nothing of the project's code.
"""

import os
from pathlib import Path

from superset.config import TALISMAN_CONFIG as _SHIPPED

DATA_DIR = os.environ["SUPERSET_HOME"]
SECRET_KEY = (Path(DATA_DIR) / "secret.key").read_text("utf-8").strip()
SQLALCHEMY_DATABASE_URI = f"sqlite:///{DATA_DIR}/superset.db"

# A file on this machine, opened read-only; Superset calls every file database unsafe.
PREVENT_UNSAFE_DB_CONNECTIONS = False

# No answer is kept: after a publication the next look shows the new generation.
CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
DATA_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}

# The pages may load from this server alone: the telemetry pixel and map tiles stay out.
TALISMAN_CONFIG = _SHIPPED | {
    "content_security_policy": _SHIPPED["content_security_policy"]
    | {
        "img-src": ["'self'", "blob:", "data:"],
        "connect-src": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'"],
    }
}

APP_NAME = "Dampingan"
D3_FORMAT = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["Rp", ""]}
D3_TIME_FORMAT = {
    "dateTime": "%d-%m-%Y %H.%M",
    "date": "%d-%m-%Y",
    "time": "%H.%M",
    "periods": ["AM", "PM"],
    "days": ["Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"],
    "shortDays": ["Min", "Sen", "Sel", "Rab", "Kam", "Jum", "Sab"],
    "months": [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ],
    "shortMonths": ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"],
}
