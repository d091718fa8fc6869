//! E-utilities on a loopback port, with the limits of the service and its faults on demand.
//!
//! Raw TCP: a body must be cut in the middle, a connection reset, a byte held back.

use super::world::World;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// What may go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Limit429,
    Limit200,
    Status(u16),
    Drop,
    Reset,
    Drip,
    Stall,
    Cut,
    Truncated,
    Garbage,
    BrokenBytes,
    Html200,
    ErrorBody,
    BackendFailed,
    Empty,
    LostHistory,
    Short,
    Doubled,
    Extra,
    BadKey,
    Syntax,
    Redirect,
}

/// Every fault that a client must get over.
pub(super) const TRANSIENT: &[Fault] = &[
    Fault::Limit429,
    Fault::Limit200,
    Fault::Status(500),
    Fault::Status(502),
    Fault::Status(503),
    Fault::Status(504),
    Fault::Drop,
    Fault::Reset,
    Fault::Drip,
    Fault::Stall,
    Fault::Cut,
    Fault::Truncated,
    Fault::Garbage,
    Fault::BrokenBytes,
    Fault::Html200,
    Fault::ErrorBody,
    Fault::BackendFailed,
    Fault::Empty,
    Fault::LostHistory,
    Fault::Short,
    Fault::Doubled,
    Fault::Extra,
];

/// One request as it came.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) at: Instant,
    pub(super) line: String,
    pub(super) form: BTreeMap<String, String>,
}

type Drift = Box<dyn FnMut(usize, &mut World) + Send>;

#[derive(Default)]
struct State {
    world: World,
    seen: Vec<Seen>,
    faults: Vec<Fault>,
    every: usize,
    before: usize,
    from: usize,
    faulty: usize,
    drift: Option<Drift>,
    /// From this request on answers are held back.
    held: Option<usize>,
}

/// The server; it ends with the process of the test.
pub(super) struct Server {
    port: u16,
    state: Arc<Mutex<State>>,
}

impl Server {
    pub(super) fn new(world: World) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State {
            world,
            ..State::default()
        }));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                std::thread::spawn(move || serve(stream, &state));
            }
        });
        Self { port, state }
    }

    pub(super) fn base(&self) -> String {
        format!("http://127.0.0.1:{}/entrez/eutils/", self.port)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Each `every`th request goes wrong, by these faults in turn.
    pub(super) fn fail(&self, every: usize, faults: &[Fault]) {
        let mut state = self.state();
        state.every = every;
        state.faults = faults.to_vec();
        (state.before, state.from) = (0, 0);
        state.faulty = 0;
    }

    /// The same, as if `before` requests had come already.
    pub(super) fn fail_after(&self, before: usize, every: usize, faults: &[Fault]) {
        self.fail(every, faults);
        self.state().before = before;
    }

    /// From request `n` on everything goes wrong.
    pub(super) fn fail_from(&self, n: usize, fault: Fault) {
        self.fail(1, &[fault]);
        self.state().from = n;
    }

    /// Changes the world before each request.
    pub(super) fn drift(&self, drift: impl FnMut(usize, &mut World) + Send + 'static) {
        self.state().drift = Some(Box::new(drift));
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut World)) {
        change(&mut self.state().world);
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.state().seen.clone()
    }

    /// From request `n` on the answers are held back, until [`Server::release`].
    pub(super) fn hold_from(&self, n: usize) {
        self.state().held = Some(n);
    }

    pub(super) fn release(&self) {
        self.state().held = None;
    }

    pub(super) fn count(&self) -> usize {
        self.state().seen.len()
    }

    pub(super) fn forget(&self) {
        self.state().seen.clear();
    }

    /// Every request was a POST with nothing in its address, with tool and e-mail.
    #[track_caller]
    pub(super) fn was_asked_politely(&self) {
        for seen in self.seen() {
            assert!(
                seen.line.starts_with("POST /entrez/eutils/"),
                "{}",
                seen.line
            );
            assert!(!seen.line.contains('?'), "{}", seen.line);
            assert_eq!(seen.form.get("tool").unwrap(), "perennial-test");
            assert_eq!(seen.form.get("email").unwrap(), super::EMAIL);
            assert_eq!(seen.form.get("db").unwrap(), "pubmed");
        }
    }

    /// How often each id was fetched.
    pub(super) fn fetched(&self) -> BTreeMap<String, usize> {
        let mut out = BTreeMap::new();
        for seen in self.seen() {
            for id in seen.form.get("id").iter().flat_map(|ids| ids.split(',')) {
                *out.entry(id.to_owned()).or_default() += 1;
            }
        }
        out
    }
}

fn serve(stream: TcpStream, state: &Mutex<State>) {
    stream.set_nodelay(true).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    loop {
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            if line.trim().is_empty() {
                break;
            }
            head.push(line.trim().to_owned());
        }
        let length = head
            .iter()
            .find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length")
                    .then(|| value.trim().parse().ok())?
            })
            .unwrap_or(0_usize);
        let (fault, n) = {
            let mut state = state.lock().unwrap();
            let n = state.seen.len() + 1;
            let hit = state.every > 0
                && n >= state.from
                && (n + state.before).is_multiple_of(state.every);
            let fault = hit.then(|| {
                let k = state.faulty;
                state.faulty += 1;
                state.faults[k % state.faults.len()]
            });
            (fault, n)
        };
        // A connection that is closed with the request unread is reset.
        let mut body = vec![0; length];
        if fault == Some(Fault::Reset) {
            let part = length / 2;
            let _ = reader.read_exact(&mut body[..part]);
        } else if reader.read_exact(&mut body).is_err() {
            return;
        }
        let form = form(&String::from_utf8_lossy(&body));
        let mut answer = {
            let mut state = state.lock().unwrap();
            if let Some(mut drift) = state.drift.take() {
                drift(n, &mut state.world);
                state.drift = Some(drift);
            }
            state.seen.push(Seen {
                at: Instant::now(),
                line: head[0].clone(),
                form: form.clone(),
            });
            answer(&state.world, &head[0], &form, fault)
        };
        while state.lock().unwrap().held.is_some_and(|from| n >= from) {
            std::thread::sleep(Duration::from_millis(1));
        }
        match fault {
            Some(Fault::Drop | Fault::Reset) => return,
            Some(Fault::Limit429) => {
                let body = limit_body();
                send(&mut stream, 429, body.as_bytes(), body.len());
                continue;
            }
            Some(Fault::Limit200) => answer = limit_body().into_bytes(),
            Some(Fault::Status(status)) => {
                let body = b"<html><body>Service Unavailable</body></html>";
                send(&mut stream, status, body, body.len());
                continue;
            }
            Some(Fault::Html200) => {
                answer =
                    b"<!DOCTYPE html>\n<html><head><title>WWW Error</title></head></html>".to_vec();
            }
            Some(Fault::Empty) => answer.clear(),
            Some(Fault::ErrorBody) => {
                answer = b"<?xml version=\"1.0\" ?><eFetchResult>\n<ERROR>Cannot connect to the server</ERROR></eFetchResult>".to_vec();
            }
            Some(Fault::BackendFailed) => {
                answer = b"<?xml version=\"1.0\" ?><eSearchResult><ERROR>Search Backend failed: read failed</ERROR></eSearchResult>".to_vec();
            }
            Some(Fault::LostHistory) => {
                let body = b"<?xml version=\"1.0\" ?><eFetchResult><ERROR>Unable to obtain query #1</ERROR></eFetchResult>";
                send(&mut stream, 400, body, body.len());
                continue;
            }
            Some(Fault::BadKey) => {
                let body = format!(
                    "{{\"error\":\"API key invalid\",\"api-key\":\"{}\",\"type\":\"invalid\",\"status\":\"unknown\"}}",
                    super::KEY
                );
                send(&mut stream, 400, body.as_bytes(), body.len());
                continue;
            }
            Some(Fault::Syntax) => {
                answer = b"<?xml version=\"1.0\" ?><eSearchResult><ERROR>Query syntax error: unbalanced parenthesis</ERROR></eSearchResult>".to_vec();
            }
            Some(Fault::Redirect) => {
                let text = "HTTP/1.1 301 Moved Permanently\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n";
                let _ = stream.write_all(text.as_bytes());
                continue;
            }
            Some(Fault::Truncated) => {
                let end = answer.len() * 2 / 3;
                answer.truncate(end);
            }
            Some(Fault::Garbage) => {
                let middle = answer.len() / 2;
                answer.splice(
                    middle..middle + 20,
                    b"<<>>&&<a b=></zz> \x01 ".iter().copied(),
                );
            }
            Some(Fault::BrokenBytes) => {
                let middle = answer.len() / 2;
                answer.splice(middle..middle + 2, [0xc3, 0x28]);
            }
            Some(Fault::Cut) => {
                let length = answer.len();
                answer.truncate(length / 2);
                send(&mut stream, 200, &answer, length);
                return;
            }
            Some(Fault::Stall) => {
                let length = answer.len();
                send(&mut stream, 200, &answer[..length / 2], length);
                // Nothing more comes, until the client hangs up.
                let _ = reader.read(&mut [0]);
                return;
            }
            Some(Fault::Drip) => {
                let length = answer.len();
                send(&mut stream, 200, &[], length);
                for part in answer.chunks(length / 12 + 1) {
                    std::thread::sleep(Duration::from_millis(4));
                    if stream.write_all(part).is_err() {
                        return;
                    }
                }
                continue;
            }
            Some(Fault::Short | Fault::Doubled | Fault::Extra) | None => {}
        }
        let too_long = head.iter().map(String::len).sum::<usize>() > 4_000;
        send(
            &mut stream,
            if too_long { 414 } else { 200 },
            &answer,
            answer.len(),
        );
    }
}

fn send(stream: &mut TcpStream, status: u16, body: &[u8], length: usize) {
    let head = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: text/xml\r\nContent-Length: {length}\r\n\r\n"
    );
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(body);
    // A client that has gone away is not a fault of the server.
    let _ = stream.write_all(&bytes);
}

fn limit_body() -> String {
    "{\"error\":\"API rate limit exceeded\",\"api-key\":\"127.0.0.1\",\"count\":\"4\",\"limit\":\"3\"}".into()
}

/// The answer without what is done to it on the way.
fn answer(
    world: &World,
    line: &str,
    form: &BTreeMap<String, String>,
    fault: Option<Fault>,
) -> Vec<u8> {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n");
    if line.contains("esearch.fcgi") {
        let found = world.find(form.get("term").map_or("", String::as_str));
        let most: usize = form.get("retmax").map_or(20, |n| n.parse().unwrap());
        let mut listed: Vec<u32> = found.iter().copied().take(most.min(9_999)).collect();
        match fault {
            Some(Fault::Short) => {
                listed.pop();
            }
            Some(Fault::Doubled | Fault::Extra) if !listed.is_empty() => listed.push(listed[0]),
            _ => {}
        }
        write!(
            out,
            "<!DOCTYPE eSearchResult PUBLIC \"-//NLM//DTD esearch 20060628//EN\" \"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd\">\n\
             <eSearchResult><Count>{}</Count><RetMax>{}</RetMax><RetStart>0</RetStart><IdList>\n",
            found.len(),
            listed.len()
        )
        .unwrap();
        for id in listed {
            writeln!(out, "<Id>{id}</Id>").unwrap();
        }
        out.push_str("</IdList><TranslationSet/><QueryTranslation>\"alpha\"[Title/Abstract] &amp; more</QueryTranslation>");
        out.push_str(
            "<ErrorList><PhraseNotFound>missing[tiab]</PhraseNotFound></ErrorList></eSearchResult>",
        );
        return out.into_bytes();
    }
    out.push_str("<!DOCTYPE PubmedArticleSet PUBLIC \"-//NLM//DTD PubMedArticle, 1st January 2026//EN\" \"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_260101.dtd\">\n<PubmedArticleSet>\n");
    let ids: Vec<u32> = form
        .get("id")
        .map_or("", String::as_str)
        .split(',')
        .filter_map(|id| id.parse().ok())
        .collect();
    let mut shown = ids.clone();
    match fault {
        Some(Fault::Short) => shown.retain(|id| id % 5 != 0 || ids.len() < 3),
        Some(Fault::Doubled) => shown.extend(ids.first()),
        Some(Fault::Extra) => {
            let other = world.entries.keys().find(|pmid| !ids.contains(pmid));
            shown.extend(other);
        }
        _ => {}
    }
    for id in shown {
        out.push_str(&world.xml(id).unwrap_or_default());
    }
    out.push_str("</PubmedArticleSet>\n");
    out.into_bytes()
}

fn form(body: &str) -> BTreeMap<String, String> {
    body.split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

fn decoded(text: &str) -> String {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(b) = bytes.next() {
        match b {
            b'+' => out.push(b' '),
            b'%' => {
                let hex: String = bytes.by_ref().take(2).map(char::from).collect();
                out.push(u8::from_str_radix(&hex, 16).unwrap());
            }
            b => out.push(b),
        }
    }
    String::from_utf8(out).unwrap()
}
