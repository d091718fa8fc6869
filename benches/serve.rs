//! `perennial serve` under people at work: how fast a vote is answered, pages and memory (WEB, section 6).
//!
//! `cargo bench --bench serve` simulates 20 people on 10,000 records over loopback, first alone, then while
//! another process imports. `SERVE_RECORDS`, `SERVE_PEOPLE`, `SERVE_SECONDS` and `SERVE_IMPORT` (records
//! imported meanwhile) change that. The anchor is a bare synced insert on the same disk in the same run.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a bench prints its figures and fails where what it measures does"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

fn number(name: &str, usual: usize) -> usize {
    std::env::var(name)
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(usual)
}

fn main() {
    // `cargo test --benches` only asks whether it is there.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let records = number("SERVE_RECORDS", 10_000);
    let people = number("SERVE_PEOPLE", 20);
    let seconds = number("SERVE_SECONDS", 20);
    let more = number("SERVE_IMPORT", 20_000);
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    review(at, records, people, more);
    println!("{records} records, {people} people, {seconds} s");
    anchor(at);
    let began = Instant::now();
    let server = Server::start(at);
    println!("start {:.0} ms", began.elapsed().as_secs_f64() * 1e3);
    let tokens = tokens(at, people);
    // The index of words is filled first, as it is on a server that has run for a minute.
    while server
        .ask(&tokens[0], "GET", "/records.json?q=ward", "")
        .1
        .contains("\"total\": 0")
    {
        std::thread::sleep(Duration::from_millis(200));
    }
    at_work("alone", &server, &tokens, seconds, None);
    if more > 0 {
        at_work("beside an import", &server, &tokens, seconds, Some(at));
    }
    pages(&server, &tokens[0]);
    println!("memory {} MB", server.memory());
}

fn perennial(at: &Path, args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_perennial"))
        .current_dir(at)
        .args(args)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{args:?}: {text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    text
}

fn review(at: &Path, records: usize, people: usize, more: usize) {
    let workflow = "[review]\nid = \"bench\"\n\n[[source]]\nname = \"A\"\nkind = \"database\"\ntype = \"file\"\n\n\
        [[source]]\nname = \"B\"\nkind = \"database\"\ntype = \"file\"\n\n\
        [screening]\ntitle_abstract = { reviewers = 2 }\nfull_text = { reviewers = 2 }\nadjudicators = [\"lead\"]\n";
    std::fs::write(at.join("workflow.toml"), workflow).unwrap();
    std::fs::write(at.join("a.ris"), export("A", records)).unwrap();
    std::fs::write(at.join("b.ris"), export("B", more)).unwrap();
    perennial(at, &["import", "a.ris", "--source", "A"]);
    perennial(at, &["run"]);
    for n in 0..people {
        perennial(
            at,
            &[
                "user",
                "add",
                &format!("reviewer-{n}"),
                "--role",
                "reviewer",
            ],
        );
    }
}

fn export(source: &str, n: usize) -> String {
    let words = [
        "walking", "balance", "strength", "pain", "stairs", "falls", "sleep", "diet", "delirium",
        "gait", "fear",
    ];
    let mut out = String::new();
    for i in 0..n {
        let word = |k: usize| words[(i / k + k) % words.len()];
        let body: Vec<&str> = (0..180)
            .map(|k| words[(i * 31 + k * k) % words.len()])
            .collect();
        out.push_str(&format!(
            "TY  - JOUR\nAN  - {source}{i:07}\nTI  - Trial {source}{i} of {} and {} in ward {} after {} {}\nAU  - Author{}, A.\nPY  - {}\nJO  - Journal {}\nSP  - {i}\nDO  - 10.5555/{source}.{i}\nAB  - {}\nER  - \n\n",
            word(1), word(7), i * 7919 % 1_000_003, word(11), word(13), i % 997, 1990 + i % 35, i % 89, body.join(" ")
        ));
    }
    out
}

fn tokens(at: &Path, people: usize) -> Vec<String> {
    (0..people)
        .map(|n| {
            let said = perennial(at, &["user", "token", &format!("reviewer-{n}"), "--json"]);
            let said: serde_json::Value = serde_json::from_str(&said).unwrap();
            said["token"].as_str().unwrap().to_owned()
        })
        .collect()
}

/// A bare insert, synced: what the disk can do.
fn anchor(at: &Path) {
    let conn = rusqlite::Connection::open(at.join("anchor.sqlite")).unwrap();
    conn.pragma_update(None, "journal_mode", "wal").unwrap();
    conn.pragma_update(None, "synchronous", "full").unwrap();
    conn.execute_batch("CREATE TABLE t (x TEXT)").unwrap();
    let mut times: Vec<f64> = (0..300)
        .map(|n| {
            let began = Instant::now();
            conn.execute("INSERT INTO t VALUES (?1)", [n.to_string()])
                .unwrap();
            began.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    told("anchor: a synced insert", &mut times);
}

fn told(what: &str, times: &mut [f64]) {
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!(
        "{what}: n {}, p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms, longest {:.1} ms",
        times.len(),
        at(0.5),
        at(0.95),
        at(0.99),
        at(1.0)
    );
}

struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(at: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_perennial"))
            .current_dir(at)
            .args(["serve", "--json", "--addr", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let told: serde_json::Value = serde_json::from_str(&line).unwrap();
        let port = told["address"]
            .as_str()
            .unwrap()
            .split([':', '/'])
            .nth(4)
            .unwrap()
            .parse()
            .unwrap();
        Self { child, port }
    }

    fn ask(&self, token: &str, method: &str, path: &str, body: &str) -> (u16, String) {
        let mut line = Line::new(self.port);
        line.ask(token, method, path, body)
    }

    fn memory(&self) -> u64 {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = text.lines().find(|line| line.starts_with("VmHWM")).unwrap();
        line.split_whitespace()
            .nth(1)
            .unwrap()
            .parse::<u64>()
            .unwrap()
            / 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One connection that is kept, as a browser keeps it.
struct Line {
    stream: BufReader<TcpStream>,
    port: u16,
}

impl Line {
    fn new(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream: BufReader::new(stream),
            port,
        }
    }

    fn ask(&mut self, token: &str, method: &str, path: &str, body: &str) -> (u16, String) {
        let text = format!(
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nauthorization: Bearer {token}\r\naccept: application/json\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.port,
            body.len()
        );
        self.stream.get_mut().write_all(text.as_bytes()).unwrap();
        let mut status = String::new();
        self.stream.read_line(&mut status).unwrap();
        let (mut length, mut line) = (0, String::new());
        loop {
            line.clear();
            self.stream.read_line(&mut line).unwrap();
            if line.trim().is_empty() {
                break;
            }
            if let Some(n) = line.to_lowercase().strip_prefix("content-length: ") {
                length = n.trim().parse().unwrap();
            }
        }
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes).unwrap();
        let code = status.split(' ').nth(1).unwrap().parse().unwrap();
        (code, String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// Everybody reads and decides, one record in about a second and a half, for some seconds.
fn at_work(what: &str, server: &Server, tokens: &[String], seconds: usize, import: Option<&Path>) {
    let stop = Arc::new(AtomicBool::new(false));
    let workers: Vec<_> = tokens
        .iter()
        .enumerate()
        .map(|(n, token)| {
            let (token, stop, port) = (token.clone(), Arc::clone(&stop), server.port);
            std::thread::spawn(move || {
                let mut line = Line::new(port);
                let (mut votes, mut reads, mut wrong) = (Vec::new(), Vec::new(), 0);
                let mut list: Vec<String> = Vec::new();
                let mut round = 0u64;
                std::thread::sleep(Duration::from_millis(n as u64 * 70 % 1_500));
                while !stop.load(Ordering::Relaxed) {
                    if list.is_empty() {
                        let began = Instant::now();
                        let (code, text) = line.ask(&token, "GET", "/screen/ahead?n=60", "");
                        reads.push(began.elapsed().as_secs_f64() * 1e3);
                        wrong += usize::from(code != 200);
                        let got: serde_json::Value = serde_json::from_str(&text).unwrap();
                        list = got["items"]
                            .as_array()
                            .unwrap()
                            .iter()
                            .map(|one| one["id"].as_str().unwrap().to_owned())
                            .collect();
                        list.reverse();
                    }
                    let Some(report) = list.pop() else { break };
                    round += 1;
                    let choice = ["exclude", "exclude", "unsure", "exclude", "include"]
                        [(round as usize + n) % 5];
                    let body = format!(r#"{{"decision":"{choice}","key":"{n}-{round}-{report}"}}"#);
                    let began = Instant::now();
                    let (code, _) = line.ask(&token, "POST", &format!("/screen/{report}"), &body);
                    votes.push(began.elapsed().as_secs_f64() * 1e3);
                    wrong += usize::from(code != 200 && code != 409);
                    std::thread::sleep(Duration::from_millis(1_200 + round * 37 % 600));
                }
                (votes, reads, wrong)
            })
        })
        .collect();
    let until = Instant::now() + Duration::from_secs(seconds as u64);
    if let Some(at) = import {
        let began = Instant::now();
        perennial(at, &["import", "b.ris", "--source", "B"]);
        println!("import took {:.1} s", began.elapsed().as_secs_f64());
    }
    std::thread::sleep(until.saturating_duration_since(Instant::now()));
    stop.store(true, Ordering::Relaxed);
    let (mut votes, mut reads, mut wrong) = (Vec::new(), Vec::new(), 0);
    for worker in workers {
        let (v, r, w) = worker.join().unwrap();
        votes.extend(v);
        reads.extend(r);
        wrong += w;
    }
    told(&format!("{what}: a vote answered"), &mut votes);
    told(&format!("{what}: 60 records ahead"), &mut reads);
    println!("{what}: {wrong} errors");
}

fn pages(server: &Server, token: &str) {
    let paths = [
        "/index.json",
        "/screen.json",
        "/records.json",
        "/records.json?q=walking",
        "/records/r17.json",
        "/account.json",
        "/keys.json",
    ];
    for path in paths {
        let mut times: Vec<f64> = (0..40)
            .map(|_| {
                let began = Instant::now();
                let (code, _) = server.ask(token, "GET", path, "");
                assert_eq!(code, 200, "{path}");
                began.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        told(path, &mut times);
    }
}
