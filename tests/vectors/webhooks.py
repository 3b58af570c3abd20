"""Writes webhooks.jsonl: deliveries that are signed by Python's own HMAC, and what comes of them.

    python3 tests/vectors/webhooks.py > tests/vectors/webhooks.jsonl

Two signatures are ImageKit's own examples and are asserted below. Keys are the UTF-8 bytes of the whole secret unless a name
says otherwise.
"""

import base64
import hashlib
import hmac
import json

SECRET = "whsec_dGVzdC1zZWNyZXQ="
OTHER = "whsec_YW5vdGhlci1vbmU="
NOW = 1_700_000_000
CREATED = '{"id":"evt_1","type":"file.created"}'
DELETED = '{"id":"evt_2","type":"file.deleted","created_at":"2023-11-14T22:13:20.000Z","data":{"fileId":"f_1"}}'


def digest(key, message):
    key = key if isinstance(key, bytes) else key.encode()
    return hmac.new(key, message.encode(), hashlib.sha256).digest()


def v1(body=CREATED, key=SECRET, time=NOW, id="msg_1"):
    """A signature of Standard Webhooks."""
    return "v1," + base64.b64encode(digest(key, f"{id}.{time}.{body}")).decode()


def standard(body=CREATED, key=SECRET, time=NOW, id="msg_1", signature=None):
    signature = signature or v1(body, key, time, id)
    return [["webhook-id", id], ["webhook-timestamp", str(time)], ["webhook-signature", signature]]


def hexadecimal(body=CREATED, key=SECRET, time=NOW * 1000):
    return digest(key, f"{time}.{body}").hex()


def older(body=CREATED, key=SECRET, time=NOW * 1000):
    """The header of ImageKit's older scheme."""
    return [["x-ik-signature", f"t={time},v1={hexadecimal(body, key, time)}"]]


def without(headers, name):
    return [header for header in headers if header[0] != name]


def with_value(headers, name, value):
    return [[other, value if other == name else old] for other, old in headers]


def put(id, headers, expect, body=CREATED, secrets=(SECRET,), now=NOW, **more):
    input = {"secrets": list(secrets), "headers": headers, "body": body, **more}
    expected = {"expect": {"type": expect}} if "." in expect else {"expect_error": expect}
    print(json.dumps({"id": id, "kind": "webhook", "now": now, "input": input, **expected}))


assert v1() == "v1,lwUUWxChj9iaRlFX8HqAww3+UTwiVRx1hTCLiDRA0ts="
assert hexadecimal() == "33efb65a7413f39c87ebc4a710a65d6667911c6c5793730eaa871377a0eba391"
DECODED = base64.b64decode(SECRET.removeprefix("whsec_"))
WRONG = v1(key="wrong")

SCHEMES = [
    ("standard", standard, 1, ["webhook-id", "webhook-timestamp", "webhook-signature"]),
    ("older", older, 1000, ["x-ik-signature"]),
]

put("both schemes", standard() + older(), "file.created")
put("both schemes, the standard one decides", standard(signature=WRONG) + older(), "bad_signature")
put("an incomplete standard signature beside an older one", standard()[:2] + older(), "file.created")
put("no headers", [], "missing_header")
put("headers of something else", [["content-type", "application/json"], ["x-signature", "1"]], "missing_header")

for scheme, sign, unit, names in SCHEMES:
    put(f"{scheme}: a documented event", sign(DELETED), "file.deleted", DELETED)
    put(f"{scheme}: headers in another case", [[name.upper(), value] for name, value in sign()], "file.created")
    put(f"{scheme}: white space around the values", [[name, f" {value} "] for name, value in sign()], "file.created")
    unknown = '{"id":"e","type":"made.up","data":[1,{"a":null}]}'
    put(f"{scheme}: an unknown event", sign(unknown), "made.up", unknown)
    unicode = '{"id":"e","type":"file.created","data":{"name":"caf\u00e9 \\ud83d\\ude00 \U0001f600"}}'
    put(f"{scheme}: a body with Unicode", sign(unicode), "file.created", unicode)
    spaced = ' {\n"type" : "file.created" }\r\n'
    put(f"{scheme}: a body with white space", sign(spaced), "file.created", spaced)
    without_id = '{"type":"file.created"}'
    put(f"{scheme}: a body without an id", sign(without_id), "file.created", without_id)

    for name in names:
        put(f"{scheme}: missing {name}", without(sign(), name), "missing_header")
        put(f"{scheme}: empty {name}", with_value(sign(), name, ""), "missing_header")
        put(f"{scheme}: blank {name}", with_value(sign(), name, "  "), "missing_header")
        value = dict(sign())[name]
        put(f"{scheme}: repeated {name}", sign() + [[name, value]], "malformed")
        put(f"{scheme}: repeated {name} with another value", [[name, "1"]] + sign(), "malformed")
        put(f"{scheme}: non-ASCII {name}", with_value(sign(), name, value + "\u00e9"), "malformed")
        put(f"{scheme}: non-ASCII digits in {name}", with_value(sign(), name, value.replace("1", "\u0661")), "malformed")
        put(f"{scheme}: a line break in {name}", with_value(sign(), name, value + "\n"), "malformed")
        put(f"{scheme}: a control character in {name}", with_value(sign(), name, value[:2] + "\0" + value[2:]), "malformed")

    for seconds, expect in [(299, "file.created"), (300, "file.created"), (301, "stale"), (10**6, "stale")]:
        put(f"{scheme}: {seconds} s in the past", sign(time=(NOW - seconds) * unit), expect)
        put(f"{scheme}: {seconds} s in the future", sign(time=(NOW + seconds) * unit), expect)
    put(f"{scheme}: 61 s with a tolerance of 60 s", sign(time=(NOW - 61) * unit), "stale", tolerance=60)
    put(f"{scheme}: 60 s with a tolerance of 60 s", sign(time=(NOW - 60) * unit), "file.created", tolerance=60)
    put(f"{scheme}: 301 s with a tolerance of 400 s", sign(time=(NOW + 301) * unit), "file.created", tolerance=400)
    put(f"{scheme}: the present with a tolerance of 0 s", sign(), "file.created", tolerance=0)
    put(f"{scheme}: the epoch", sign(time=0), "stale")
    put(f"{scheme}: the year 5138", sign(time=10**11 * unit), "stale")
    for time in ["-1", "+1700000000", "1700000000.0", "1e9", "0x10", "abc", "\u0664", str(2**64)]:
        put(f"{scheme}: the time {time}", sign(time=time), "malformed")
    put(f"{scheme}: stale and wrong", sign(key="wrong", time=1), "stale")

    changed = CREATED.replace("evt_1", "evt_2")
    put(f"{scheme}: one byte of the body changed", sign(), "bad_signature", changed)
    put(f"{scheme}: a byte added to the body", sign(), "bad_signature", CREATED + " ")
    put(f"{scheme}: a byte taken from the body", sign(), "bad_signature", CREATED[:-1])
    put(f"{scheme}: an empty body", sign(), "bad_signature", "")
    put(f"{scheme}: another secret", sign(), "bad_signature", secrets=[OTHER])
    put(f"{scheme}: the second secret", sign(), "file.created", secrets=[OTHER, SECRET])
    put(f"{scheme}: the first secret", sign(), "file.created", secrets=[SECRET, OTHER])
    put(f"{scheme}: a secret with a line break after it", sign(), "file.created", secrets=[SECRET + "\n"])
    put(f"{scheme}: a secret with a byte order mark", sign(), "file.created", secrets=["\ufeff" + SECRET])
    put(f"{scheme}: a key that was decoded", sign(key=DECODED), "file.created")
    put(f"{scheme}: a key that was decoded, of the second secret", sign(key=DECODED), "file.created", secrets=[OTHER, SECRET])
    put(f"{scheme}: a key decoded without padding", sign(key=DECODED), "file.created", secrets=[SECRET.rstrip("=")])
    put(f"{scheme}: a key without its prefix", sign(key=SECRET.removeprefix("whsec_")), "bad_signature")
    put(f"{scheme}: an empty key", sign(key=b""), "bad_signature")
    for secret in ["plain", "whsec_not base64!", "whsec_\u00e9\u00e8", "x" * 200, "a:b,c d"]:
        put(f"{scheme}: the secret {secret}", sign(key=secret), "file.created", secrets=[secret])
    put(f"{scheme}: base64 without the prefix", sign(key=b"test-secret"), "bad_signature", secrets=["dGVzdC1zZWNyZXQ="])

    for body in ["", "null", "[]", "7", '"file.created"', "{", '{"type":"file.created"} x', '{"id":"evt_1"}',
                 '{"type":null}', '{"type":7}', '{"type":["file.created"]}', "\ufeff" + CREATED, "<html>", "[" * 200]:
        put(f"{scheme}: the body {body[:30]}", sign(body), "malformed", body)

right, wrong = v1(), WRONG
for name, value, expect in [
    ("several v1, the last is right", f"{wrong} {right}", "file.created"),
    ("several v1, the first is right", f"{right} {wrong}", "file.created"),
    ("several v1, all wrong", f"{wrong} {wrong}", "bad_signature"),
    ("an unknown version beside v1", f"v2,abc v1a,abc {right}", "file.created"),
    ("an unknown version alone", right.replace("v1", "v2"), "bad_signature"),
    ("version v1a", right.replace("v1", "v1a"), "bad_signature"),
    ("version V1", right.replace("v1", "V1"), "bad_signature"),
    ("no version", right.removeprefix("v1,"), "bad_signature"),
    ("a signature that is not Base64", "v1,!", "bad_signature"),
    ("an empty signature", "v1,", "bad_signature"),
    ("a signature without padding", right.rstrip("="), "bad_signature"),
    # The last digit has two bits that Base64 ignores.
    ("another spelling of the signature", right.replace("s=", "t="), "bad_signature"),
    ("a signature in the URL alphabet", right.replace("+", "-").replace("/", "_"), "bad_signature"),
    ("a signature in hexadecimal digits", "v1," + digest(SECRET, f"msg_1.{NOW}.{CREATED}").hex(), "bad_signature"),
    ("something else", "hello", "bad_signature"),
    ("signatures with a comma between them", f"{wrong},{right}", "bad_signature"),
]:
    put(f"standard: {name}", standard(signature=value), expect)
put("standard: another id", with_value(standard(), "webhook-id", "msg_2"), "bad_signature")
put("standard: another time", with_value(standard(), "webhook-timestamp", str(NOW + 1)), "bad_signature")
put("standard: a zero in front of the time", with_value(standard(), "webhook-timestamp", f"0{NOW}"), "bad_signature")
put("standard: the time in milliseconds", standard(time=NOW * 1000), "stale")

right, wrong = hexadecimal(), hexadecimal(key="wrong")
t = NOW * 1000
for name, value, expect in [
    ("several v1, the last is right", f"t={t},v1={wrong},v1={right}", "file.created"),
    ("several v1, the first is right", f"t={t},v1={right},v1={wrong}", "file.created"),
    ("several v1, all wrong", f"t={t},v1={wrong},v1={wrong}", "bad_signature"),
    ("an unknown version beside v1", f"t={t},v2=abc,v1={right},v0=", "file.created"),
    ("an unknown version alone", f"t={t},v2={right}", "bad_signature"),
    ("version V1", f"t={t},V1={right}", "bad_signature"),
    ("the time at the end", f"v1={right},t={t}", "file.created"),
    ("spaces between the parts", f"t={t}, v1={right}", "file.created"),
    ("no time", f"v1={right}", "malformed"),
    ("two times", f"t={t},t={t},v1={right}", "malformed"),
    ("no signature", f"t={t}", "malformed"),
    ("an empty signature", f"t={t},v1=", "bad_signature"),
    ("an empty time", f"t=,v1={right}", "malformed"),
    ("a signature in capitals", f"t={t},v1={right.upper()}", "bad_signature"),
    ("a signature that is not hexadecimal", f"t={t},v1=xyz", "bad_signature"),
    ("half a signature", f"t={t},v1={right[:32]}", "bad_signature"),
    ("another time", f"t={t + 1},v1={right}", "bad_signature"),
    ("the time in seconds", f"t={NOW},v1={hexadecimal(time=NOW)}", "stale"),
    ("something else", "hello", "malformed"),
    ("a semicolon between the parts", f"t={t};v1={right}", "malformed"),
]:
    put(f"older: {name}", [["x-ik-signature", value]], expect)
