"""Streams as Python programs read them. See ../program.ts for what is asked and answered."""
import asyncio
import importlib.util
import json
import sys
import sysconfig
import threading
import time
from types import SimpleNamespace

import aiohttp
import httpx
import httpx_sse
import requests
import sseclient
import urllib3
from aiohttp_sse_client.client import EventSource


def load_sseclient():
    """The package `sseclient`, whose module of that name is hidden by the one of `sseclient-py`."""
    path = sysconfig.get_paths()["purelib"] + "/sseclient.py"
    spec = importlib.util.spec_from_file_location("the_other_sseclient", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


the_other_sseclient = load_sseclient()


def tell(one, event, data):
    line = json.dumps({"stream": one.stream, "event": event, "data": data})
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def headers(one, last_id, asks_for_gzip=True):
    """What a library asks for by itself is left to it, where that is gzip."""
    known = {"Last-Event-ID": last_id} if last_id else {}
    if one.gzip and asks_for_gzip:
        return known
    return {**known, "Accept-Encoding": "gzip" if one.gzip else "identity"}


def with_sseclient_py(one, last_id, follow):
    response = requests.get(one.url, stream=True, headers=headers(one, last_id))
    for message in sseclient.SSEClient(response).events():
        follow(message.id, message.event, message.data)


def with_sseclient(one, last_id, follow):
    """Comes back by itself, with its last id."""
    for message in the_other_sseclient.SSEClient(one.url, last_id=last_id, headers=headers(one, None), retry=100):
        follow(message.id, message.event, message.data)


def with_urllib3(one, last_id, follow):
    """Asks for no coding by itself, and takes one off a chunked body only when it is told to."""
    response = urllib3.request("GET", one.url, preload_content=False, headers=headers(one, last_id, False))
    for message in sseclient.SSEClient(response.stream(decode_content=True)).events():
        follow(message.id, message.event, message.data)


def with_httpx(one, last_id, follow):
    with httpx.Client(timeout=None) as client:
        with httpx_sse.connect_sse(client, "GET", one.url, headers=headers(one, last_id)) as source:
            for message in source.iter_sse():
                follow(message.id, message.event, message.data)


def with_aiohttp(one, last_id, follow):
    asyncio.run(read_with_aiohttp(one, last_id, follow))


async def read_with_aiohttp(one, last_id, follow):
    timeout = aiohttp.ClientTimeout(total=None)
    async with EventSource(one.url, timeout=timeout, headers=headers(one, last_id)) as source:
        async for message in source:
            follow(message.last_event_id, message.type, message.data)


ways = {
    "requests + sseclient": with_sseclient,
    "requests + sseclient-py": with_sseclient_py,
    "urllib3": with_urllib3,
    "httpx + httpx-sse": with_httpx,
    "aiohttp + aiohttp-sse-client": with_aiohttp,
}


def watch(one):
    """Opens the stream, and again at its end from where it was."""
    last_id = None

    def follow(new_id, event, data):
        nonlocal last_id
        last_id = new_id or last_id
        if data:
            tell(one, event, data)

    while True:
        try:
            ways[one.client](one, last_id, follow)
        except Exception as error:
            print(f"{one.client}: {error!r}", file=sys.stderr)
        time.sleep(0.1)


for order in sys.stdin:
    threading.Thread(target=watch, args=[SimpleNamespace(**json.loads(order))], daemon=True).start()
