//! Requests that nobody sends by mistake: no fault of the server, nothing reflected, nothing changed.

use super::{Server, raw, titles};

/// The same numbers on every machine.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[usize::try_from(self.next()).unwrap_or(usize::MAX) % of.len()]
    }
}

const PATHS: [&str; 26] = [
    "/",
    "/screen",
    "/screen/r1",
    "/screen/r0",
    "/screen/r99999999999999999999",
    "/screen/undo",
    "/screen/../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/assets/../db/review.sqlite",
    "/assets/%2e%2e%2fperennial.css",
    "/screen/%00",
    "/screen/%ff%fe",
    "/screen/<script>alert(1)</script>",
    "/records?q=<script>alert(1)</script>",
    "/records?q=%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E",
    "/records/%27%20OR%201=1--",
    "/people",
    "/account",
    "/i/x",
    "/i/%3Cscript%3E",
    "/sign-in?to=//evil.example",
    "/sign-in?to=https://evil.example",
    "/screen?list=%0d%0aset-cookie:%20x=1",
    "/metrics",
    "/healthz.json",
    "/screen.json.json",
];
const METHODS: [&str; 10] = [
    "GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW",
];
const HEADS: [&str; 22] = [
    "host: 127.0.0.1",
    "host: evil.example",
    "host: ",
    "origin: http://evil.example",
    "origin: null",
    "sec-fetch-site: same-origin",
    "sec-fetch-site: cross-site",
    "cookie: perennial=<script>alert(1)</script>",
    "cookie: a=b; =; ;;;",
    "authorization: Bearer x",
    "authorization: Basic eDp5",
    "content-type: application/json",
    "content-type: application/x-www-form-urlencoded",
    "content-type: text/xml",
    "accept: application/json",
    "x-forwarded-for: 1.2.3.4",
    "x-forwarded-host: evil.example",
    "transfer-encoding: chunked",
    "content-length: 5",
    "content-length: 99999999",
    "range: bytes=0-1",
    "if-none-match: *",
];
const BODIES: [&str; 12] = [
    "",
    "decision=include",
    "decision=exclude&reason=%00",
    "{\"decision\":\"include\"}",
    "{\"decision\":[",
    "[]",
    "null",
    "name=a&password=b",
    "person=p1",
    "act=disable&person=p1",
    "%%%=%%%&&&==",
    "\u{fffd}\u{0}\u{1}",
];

#[test]
fn hostile_requests_break_and_change_nothing() {
    let workspace = titles(40);
    let before = workspace.run(&["export", "events"]).ok().stdout;
    let server = Server::of(workspace.folder(), &[]);
    let signed = server.person("extractor-1");
    // With `PERENNIAL_HOSTILE=100000` the whole of it; some in every run.
    let rounds: u64 = std::env::var("PERENNIAL_HOSTILE")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(1_500);
    let mut dice = Dice(0x5eed_cafe);
    for n in 0..rounds {
        let method = dice.pick(&METHODS);
        let path = dice.pick(&PATHS);
        let mut text = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
        for _ in 0..dice.next() % 5 {
            text.push_str(dice.pick(&HEADS));
            text.push_str("\r\n");
        }
        if !text.contains("host:") {
            text.push_str("host: 127.0.0.1\r\n");
        }
        if dice.next().is_multiple_of(2) {
            text.push_str(&format!("cookie: {}\r\n", signed.cookie));
        }
        let body = dice.pick(&BODIES);
        if !text.contains("content-length") && !text.contains("transfer-encoding") {
            text.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        text.push_str("\r\n");
        text.push_str(body);
        if dice.next().is_multiple_of(40) {
            let mut at = usize::try_from(dice.next()).unwrap_or(9) % text.len();
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            text.truncate(at);
        }
        if text.contains("content-length: 99999999")
            || text.contains("chunked")
            || text.contains("content-length: 5")
            || !text.contains("\r\n\r\n")
        {
            // What does not end is cut by the client: the server must only not fall.
            use std::io::Write as _;
            if let Ok(mut stream) = std::net::TcpStream::connect(("127.0.0.1", server.port)) {
                let _ = stream.write_all(text.as_bytes());
            }
            continue;
        }
        let Some(answer) = raw(server.port, text.as_bytes()) else {
            continue;
        };
        assert!(answer.status < 500, "{n}: {} to {text}", answer.status);
        assert!(
            !answer.body.contains("<script>alert") && !answer.body.contains("<img src=x"),
            "{n}: {text}"
        );
        assert_ne!(
            answer.head.get("set-cookie").map(String::as_str),
            Some("x=1"),
            "{text}"
        );
        if let Some(to) = answer.head.get("location") {
            assert!(
                to.starts_with('/') && !to.starts_with("//"),
                "{to} for {text}"
            );
        }
    }
    assert_eq!(server.client().get("/healthz").status, 200);
    assert!(server.stop());
    assert_eq!(workspace.run(&["export", "events"]).ok().stdout, before);
}
