"""Writes the bodies from standard input as Python programs, and says what each really sends."""
import json
import pprint
import sys
import types


def sent_by(program):
    """The body that a program sends by requests; None where it is not JSON, or the program fails."""
    sent = []

    def post(url, data=None, json=None, **more):
        import json as codec
        sent.append(codec.dumps(json) if json is not None else data)

    names = {"json": json, "requests": types.SimpleNamespace(post=post), "x": "X", "url": "https://a.b"}
    try:
        exec(program, names)
        return json.loads(sent[0])
    except Exception:
        return None


def pieces(text):
    """A text as Python joins it from several, over lines."""
    size = max(1, len(text) // 3)
    return "\n      ".join(repr(text[at:at + size]) for at in range(0, len(text), size)) or "''"


def literal(body, write):
    entries = [
        "    %r: {'title': %r, 'value': %s},\n" % (key, entry["title"], write(entry["value"]))
        for key, entry in body["inputs"].items()
    ]
    return "{\n  'inputs': {\n%s  },\n}" % "".join(entries)


def joined(value, form):
    return form(value) if isinstance(value, str) else repr(value)


def tripled(text):
    return text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')


def spellings(body):
    text = json.dumps(body)
    pretty = json.dumps(body, indent=2, ensure_ascii=False)
    post = "requests.post(url, json=payload)\n"
    first = next(iter(body["inputs"]))
    short = json.dumps(body, ensure_ascii=False)
    yield "repr", "payload = %r\n" % body + post
    yield "pprint", "payload = %s\n" % pprint.pformat(body, width=60, sort_dicts=False) + post
    yield "pprint, wide", "import json\npayload = %s\n" % pprint.pformat(body, width=120) + post
    yield "json.dumps", "requests.post(url, data=json.dumps(%r))" % body
    yield "json=", "requests.post(url, json={'inputs': %r}, timeout=5)" % body["inputs"]
    yield "variable inputs", "inputs = %r\nrequests.post(url, json={'inputs': inputs})" % body["inputs"]
    yield "text", "payload = %r\nrequests.post(url, data=payload)" % text
    yield "text of json.loads", "requests.post(url, json=json.loads(%r))" % short
    yield "text in double quotes", "payload = %s\nrequests.post(url, data=payload)" % json.dumps(text)
    yield "bytes", "requests.post(url, data=%r)" % text.encode()
    yield "encode", "requests.post(url, data=%r.encode())" % short
    yield "raw text", "requests.post(url, data=r'''%s''')" % pretty
    yield "long text", 'requests.post(url, data="""%s""")' % tripled(pretty)
    yield "long text, as it is", "requests.post(url, data='''\n%s\n''')" % pretty
    yield "f-string", "requests.post(url, data=f%r)" % text.replace("{", "{{").replace("}", "}}")
    yield "format", "payload = %r.format(x=x)\nrequests.post(url, data=payload)" % text.replace("{", "{{").replace("}", "}}")
    yield "format of holes", "payload = %r.format(x=x)\nrequests.post(url, data=payload)" % text
    yield "percent", "payload = %r %% ('x',)\nrequests.post(url, data=payload)" % text
    yield "replace", "payload = %r.replace('a cat', 'a dog')\nrequests.post(url, data=payload)" % text
    yield "texts over lines", "payload = %s\n" % literal(body, lambda v: joined(v, pieces)) + post
    yield "texts in parentheses", "payload = %s\n" % literal(body, lambda v: "(%s)" % joined(v, pieces)) + post
    yield "sums", "payload = %s\n" % literal(body, lambda v: joined(v, lambda t: "'a' + %r + '\\n'" % t)) + post
    yield "variable", "payload = %s\n" % literal(body, lambda v: "x") + post
    yield "text % variable", "payload = %s\n" % literal(body, lambda v: "%r %% x" % (str(v),)) + post
    yield "f-strings", "payload = %s\n" % literal(body, lambda v: "f'a {x}'") + post
    yield "raw texts", "payload = %s\n" % literal(body, lambda v: joined(v, lambda t: 'r"""%s"""' % t)) + post
    yield "long texts", "payload = %s\n" % literal(body, lambda v: joined(v, lambda t: '"""%s"""' % tripled(t))) + post
    yield "division", "payload = %s\n" % literal(body, lambda v: "20 // 8") + post
    yield "hexadecimal", "payload = %s\n" % literal(body, lambda v: "0x1F4") + post
    yield "comments", "# it's {'inputs'}\npayload = %s\n" % literal(body, lambda v: "%r # it's {" % (v,) + "\n") + post
    yield "variable key", "payload = {'inputs': {x: %r}}\n" % body["inputs"][first] + post
    yield "changed", "payload = %r\npayload['inputs'][%r]['value'] = x\n" % (body, first) + post
    yield "updated", "payload = %r\npayload['inputs'].update({'y': {'value': x}})\n" % body + post
    yield "spread", "payload = {'inputs': {**%r, 'y': {'value': x}}}\n" % body["inputs"] + post
    yield "twice", "old = {'inputs': {'y': {'title': 'Y', 'value': 1}}}\npayload = %r\n" % body + post
    yield "in a text", "payload = ('body=' + %r)[5:]\nrequests.post(url, data=payload)" % text
    yield "behind a text", "payload = %r[5:]\nrequests.post(url, data=payload)" % ("body=" + text)


bodies = json.load(sys.stdin)
written = [
    [spelling, program, sent_by(program)] for body in bodies for spelling, program in spellings(body)
]
json.dump({"version": sys.version.split()[0], "written": written}, sys.stdout)
