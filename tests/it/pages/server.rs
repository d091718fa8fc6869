//! ClinicalTrials.gov and Europe PMC on a loopback port, with faults on demand.
//!
//! Raw TCP: a body must be cut in the middle. A page holds fewer records than were asked for, as
//! the services may do: who counts on full pages loses the rest.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

/// Records on a page.
pub(super) const PAGE: usize = 25;

/// What may go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Limit,
    Status(u16),
    Truncated,
    Cut,
    Html,
    Empty,
    Drop,
}

/// Every fault that a client must get over.
pub(super) const TRANSIENT: &[Fault] = &[
    Fault::Limit,
    Fault::Status(500),
    Fault::Status(503),
    Fault::Truncated,
    Fault::Cut,
    Fault::Html,
    Fault::Empty,
    Fault::Drop,
];

/// One request: its method and path, its parameters.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) line: String,
    pub(super) form: BTreeMap<String, String>,
}

#[derive(Default)]
pub(super) struct State {
    /// Numbers of the records, and what their titles end with.
    pub(super) records: BTreeMap<u32, String>,
    /// Records that no strategy finds any more and that are there by their id.
    pub(super) lost: BTreeMap<u32, String>,
    /// What else the service says of a record of Europe PMC: `,"key":value`.
    pub(super) more: BTreeMap<u32, String>,
    /// Added to what the service counts.
    pub(super) surplus: u64,
    /// Before the tokens: changed, all that were given out are no longer good.
    pub(super) age: u32,
    pub(super) seen: Vec<Seen>,
    faults: Vec<Fault>,
    every: usize,
    from: usize,
    faulty: usize,
    /// From this request on answers are held back.
    held: Option<usize>,
}

/// The server; it ends with the process of the test.
pub(super) struct Server {
    port: u16,
    state: Arc<Mutex<State>>,
}

impl Server {
    /// Both services with `n` records each.
    pub(super) fn new(n: u32) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State {
            records: (1..=n).map(|k| (k, String::new())).collect(),
            ..State::default()
        }));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                std::thread::spawn(move || serve(&stream, &state));
            }
        });
        Self { port, state }
    }

    pub(super) fn base(&self, service: &str) -> String {
        format!("http://127.0.0.1:{}/{service}/", self.port)
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Each `every`th request from number `from` on goes wrong, by these faults in turn.
    pub(super) fn fail(&self, every: usize, from: usize, faults: &[Fault]) {
        let mut state = self.state();
        (state.every, state.from, state.faulty) = (every, from, 0);
        state.faults = faults.to_vec();
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
}

fn serve(stream: &TcpStream, all: &Mutex<State>) {
    stream.set_nodelay(true).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
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
        let length = head.iter().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let named = name.eq_ignore_ascii_case("content-length");
            named.then(|| value.trim().parse().ok())?
        });
        let mut body = vec![0; length.unwrap_or(0_usize)];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        let target = head[0].split(' ').nth(1).unwrap_or_default().to_owned();
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let mut form = parameters(query);
        form.extend(parameters(&String::from_utf8_lossy(&body)));
        let mut state = all.lock().unwrap();
        let line = format!("{} {path}", head[0].split(' ').next().unwrap_or_default());
        state.seen.push(Seen {
            line,
            form: form.clone(),
        });
        let n = state.seen.len();
        let hit = state.every > 0 && n >= state.from && n.is_multiple_of(state.every);
        let fault = hit.then(|| {
            state.faulty += 1;
            state.faults[(state.faulty - 1) % state.faults.len()]
        });
        let (status, answer) = if path.starts_with("/ctgov/studies") {
            ctgov(&state, &form)
        } else {
            europepmc(&state, &form)
        };
        drop(state);
        while all.lock().unwrap().held.is_some_and(|from| n >= from) {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        if !give(stream, fault, status, answer.into_bytes()) {
            return;
        }
    }
}

/// Sends an answer as `fault` has it; whether the connection stays.
fn give(stream: &TcpStream, fault: Option<Fault>, status: u16, mut body: Vec<u8>) -> bool {
    let length = body.len();
    match fault {
        None => send(stream, status, &body, length),
        Some(Fault::Limit) => send(stream, 429, b"Too Many Requests", 17),
        Some(Fault::Status(status)) => send(stream, status, b"{\"error\":\"x\"}", 13),
        Some(Fault::Html) => send(stream, 200, b"<!DOCTYPE html><html></html>", 28),
        Some(Fault::Empty) => send(stream, 200, b"", 0),
        Some(Fault::Truncated) => {
            body.truncate(length * 2 / 3);
            send(stream, 200, &body, length * 2 / 3);
        }
        Some(Fault::Cut) => {
            body.truncate(length / 2);
            send(stream, 200, &body, length);
            return false;
        }
        Some(Fault::Drop) => return false,
    }
    true
}

fn send(mut stream: &TcpStream, status: u16, body: &[u8], length: usize) {
    let head = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    );
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(body);
    let _ = stream.flush();
}

/// The numbers of a page behind `from`, and where the next one begins.
fn page(state: &State, from: u32) -> (Vec<u32>, Option<u32>) {
    let numbers: Vec<u32> = state.records.range(from..).map(|(n, _)| *n).collect();
    let next = numbers.get(PAGE).copied();
    (numbers.into_iter().take(PAGE).collect(), next)
}

/// The numbers among `ids` that are there, found by a strategy or not.
fn by_id<'a>(state: &State, ids: impl Iterator<Item = &'a str>) -> Vec<u32> {
    let numbers = ids.filter_map(|id| id.parse().ok());
    numbers
        .filter(|n| state.records.contains_key(n) || state.lost.contains_key(n))
        .collect()
}

/// What the title of a record ends with.
fn title(state: &State, n: u32) -> &str {
    let found = state.records.get(&n).or_else(|| state.lost.get(&n));
    found.map_or("", String::as_str)
}

/// `age-number`; none where it is no longer good.
fn place(state: &State, token: Option<&String>) -> Option<u32> {
    let Some(token) = token.filter(|token| token.as_str() != "*") else {
        return Some(0);
    };
    let (age, from) = token.split_once('-')?;
    (age == state.age.to_string()).then(|| from.parse().ok())?
}

fn ctgov(state: &State, form: &BTreeMap<String, String>) -> (u16, String) {
    if form.get("query.cond").is_some_and(|q| q.contains("((")) {
        return (400, "Query syntax: `((` is not closed".to_owned());
    }
    let Some(from) = place(state, form.get("pageToken")) else {
        return (400, "Unknown page token".to_owned());
    };
    let (numbers, next) = match form.get("filter.ids") {
        None => page(state, from),
        Some(ids) => (
            by_id(state, ids.split(',').map(|id| id.trim_start_matches("NCT"))),
            None,
        ),
    };
    let studies: Vec<String> = numbers
        .iter()
        .map(|n| {
            format!(
                "{{\"protocolSection\":{{\"identificationModule\":{{\"nctId\":\"NCT{n:08}\",\
                 \"briefTitle\":\"Trial {n} of \u{3b2}{}\",\"secondaryIdInfos\":[{{\"id\":\"ISRCTN{n:08}\"}}]}},\
                 \"statusModule\":{{\"overallStatus\":\"COMPLETED\",\"primaryCompletionDateStruct\":{{\"date\":\"{}\"}},\"studyFirstPostDateStruct\":{{\"date\":\"2019-01-02\"}}}}}},\
                 \"hasResults\":false}}",
                title(state, *n),
                if n % 2 == 0 { "2019-05" } else { "2025-12-31" },
            )
        })
        .collect();
    let token = next.map_or(String::new(), |next| {
        format!(",\"nextPageToken\":\"{}-{next}\"", state.age)
    });
    let total = state.records.len() as u64 + state.surplus;
    let text = format!(
        "{{\"totalCount\":{total},\"studies\":[{}]{token}}}",
        studies.join(",")
    );
    (200, text)
}

fn europepmc(state: &State, form: &BTreeMap<String, String>) -> (u16, String) {
    if form.get("query").is_none_or(String::is_empty) {
        return (200, "{\"errCode\":404,\"errMsg\":\"no query\"}".to_owned());
    }
    let Some(from) = place(state, form.get("cursorMark")) else {
        return (400, "{\"errMsg\":\"bad cursor\"}".to_owned());
    };
    let query = form.get("query").map_or("", String::as_str);
    let (numbers, next) = if query.starts_with("(EXT_ID:") {
        let ids = query
            .split("EXT_ID:\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next());
        (by_id(state, ids), None)
    } else {
        page(state, from)
    };
    let results: Vec<String> = numbers
        .iter()
        .map(|n| {
            format!(
                "{{\"id\":\"{n}\",\"source\":\"MED\",\"pmid\":\"{n}\",\"doi\":\"10.1000/{n}\",\
                 \"title\":\"Article {n}{}\",\"authorString\":\"Ames B, Roe C.\",\"pubYear\":\"2020\",\
                 \"abstractText\":\"Registered as NCT{n:08}.\"{}}}",
                title(state, *n),
                state.more.get(n).map_or("", String::as_str)
            )
        })
        .collect();
    // The last page repeats the cursor that it was asked by.
    let own = form.get("cursorMark").cloned().unwrap_or_default();
    let cursor = next.map_or(own, |next| format!("{}-{next}", state.age));
    let total = state.records.len() as u64 + state.surplus;
    let text = format!(
        "{{\"version\":\"6.9\",\"hitCount\":{total},\"nextCursorMark\":\"{cursor}\",\
         \"resultList\":{{\"result\":[{}]}}}}",
        results.join(",")
    );
    (200, text)
}

fn parameters(text: &str) -> BTreeMap<String, String> {
    text.split('&')
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
