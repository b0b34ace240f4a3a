"""Bring database, datasets and charts up to a bundle: `superset import-dashboards` leaves those that exist untouched.

Runs in Superset's environment: update_assets.py BUNDLE.zip
"""

import json
import sys
from zipfile import ZipFile

from superset.app import create_app


def main(bundle: str) -> None:
    with create_app().app_context():
        # Superset's modules can be imported only inside an application.
        from superset import security_manager
        from superset.commands.importers.v1.assets import ImportAssetsCommand
        from superset.commands.importers.v1.utils import METADATA_FILE_NAME, get_contents_from_bundle
        from superset.utils.core import override_user

        with ZipFile(bundle) as archive:
            contents = get_contents_from_bundle(archive)
        contents[METADATA_FILE_NAME] = json.dumps(json.loads(contents[METADATA_FILE_NAME]) | {"type": "assets"})
        with override_user(security_manager.find_user(username="admin")):
            ImportAssetsCommand(contents).run()


if __name__ == "__main__":
    main(sys.argv[1])
