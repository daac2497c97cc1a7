from shared.workarounds.aiohttp_authorities import import_aiohttp

import_aiohttp()  # before any module of these does
