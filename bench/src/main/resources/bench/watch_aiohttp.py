# watch_aiohttp.py URLS RATE CA_FILE: checks each URL of a file once, so many a second, each on a connection of its
# own. Prints "URL seconds status" for each, and in the end "total seconds cpu_seconds".
import asyncio, ssl, sys, time
import aiohttp

async def check(session, url, found):
    begun, status = time.perf_counter(), 0
    try:
        async with session.get(url) as answer:
            await answer.read()
            status = answer.status
    except (aiohttp.ClientError, asyncio.TimeoutError):
        pass
    found.append((url, time.perf_counter() - begun, status))

async def main(urls, rate, authorities):
    found, checks, begun, cpu = [], [], time.perf_counter(), time.process_time()
    connector = aiohttp.TCPConnector(limit=0, force_close=True, ssl=ssl.create_default_context(cafile=authorities))
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=5)) as session:
        for i, url in enumerate(urls):
            await asyncio.sleep(max(0, begun + i / rate - time.perf_counter()))
            checks.append(asyncio.create_task(check(session, url, found)))
        await asyncio.gather(*checks)
    took, cpu = time.perf_counter() - begun, time.process_time() - cpu
    for each in found:
        print(*each)
    print("total", took, cpu)

asyncio.run(main(open(sys.argv[1]).read().split(), float(sys.argv[2]), sys.argv[3]))
