//! The pages, asked over loopback as a browser and a script ask them.

pub(crate) mod blind;
mod door;
mod hostile;
mod killed;
mod room;
mod team;

use crate::support::{Workspace, program};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

/// A server in a process of its own, on a free port.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
    /// The one-time address of the first lead, as a path.
    pub(crate) first: Option<String>,
}

impl Server {
    pub(crate) fn of(folder: &Path, args: &[&str]) -> Self {
        // A public address does not tell the port, so one that is free just now is asked for.
        let free = {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            listener.local_addr().unwrap().port()
        };
        let addr = format!(
            "127.0.0.1:{}",
            if args.contains(&"--url") { free } else { 0 }
        );
        let mut child = program()
            .current_dir(folder)
            .args(["serve", "--json", "--addr", &addr])
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        if line.trim() == "{" {
            // The port was taken meanwhile: another one.
            let _ = child.wait();
            return Self::of(folder, args);
        }
        let told: Value = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}"));
        let address = told["address"].as_str().unwrap();
        let port = match address.split(':').nth(2) {
            Some(port) => port.split('/').next().unwrap().parse().unwrap(),
            None => free,
        };
        let first = told["sign_in"].as_str().map(|text| {
            let at = text.find("/i/").unwrap();
            text[at..].to_owned()
        });
        Self { child, port, first }
    }

    pub(crate) fn client(&self) -> Client {
        Client {
            port: self.port,
            cookie: String::new(),
        }
    }

    /// Someone of the demonstration, signed in.
    pub(crate) fn person(&self, name: &str) -> Client {
        let mut client = self.client();
        let page = client.get("/sign-in.json").json();
        let people = page["people"].as_array().unwrap();
        let spoken = name.replace('-', " ").to_lowercase();
        let one = people
            .iter()
            .find(|one| one["name"].as_str().unwrap().to_lowercase() == spoken)
            .unwrap_or_else(|| panic!("{name} is not offered: {page}"));
        let id = one["id"].as_str().unwrap().to_owned();
        client.post("/sign-in", &[("person", &id)]).is(303);
        client
    }

    /// Whether a request without TLS gets no answer.
    pub(crate) fn client_is_cut(&self) -> bool {
        raw(self.port, b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").is_none()
    }

    /// Ends it as a person does, and says whether it ended well.
    pub(crate) fn stop(mut self) -> bool {
        let pid = self.child.id().to_string();
        let _ = std::process::Command::new("kill")
            .args(["-TERM", &pid])
            .status();
        self.child.wait().is_ok_and(|status| status.success())
    }

    /// Ends it as a power cut does.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A browser without a screen.
#[derive(Clone)]
pub(crate) struct Client {
    port: u16,
    pub(crate) cookie: String,
}

/// An answer, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Answer {
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{:?}\n{}", self.head, self.body);
        self
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }

    pub(crate) fn to(&self) -> &str {
        self.head.get("location").map_or("", String::as_str)
    }

    /// The value of a hidden field.
    pub(crate) fn field(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let at = self
            .body
            .find(&mark)
            .unwrap_or_else(|| panic!("no {name}: {}", self.body));
        let rest = &self.body[at + mark.len()..];
        rest[..rest.find('"').unwrap()].to_owned()
    }
}

/// Sends bytes and reads the answer until the server ends it; nothing where it is cut.
pub(crate) fn raw(port: u16, bytes: &[u8]) -> Option<Answer> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .ok()?;
    // A server that refuses early may have closed already.
    let _ = stream.write_all(bytes);
    let mut all = Vec::new();
    let _ = stream.read_to_end(&mut all);
    let text = String::from_utf8_lossy(&all).into_owned();
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let mut heads = BTreeMap::new();
    for line in lines {
        if let Some((name, value)) = line.split_once(": ") {
            heads.insert(name.to_lowercase(), value.to_owned());
        }
    }
    Some(Answer {
        status,
        head: heads,
        body: body.to_owned(),
    })
}

impl Client {
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], "")
    }

    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
            .collect();
        let kind = ("content-type", "application/x-www-form-urlencoded");
        let site = ("sec-fetch-site", "same-origin");
        let answer = self.ask("POST", path, &[kind, site], &body.join("&"));
        if let Some(cookie) = answer.head.get("set-cookie") {
            self.cookie = cookie.split(';').next().unwrap().to_owned();
        }
        answer
    }

    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        heads: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut text = format!(
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nconnection: close\r\n",
            self.port
        );
        if !self.cookie.is_empty() {
            text.push_str(&format!("cookie: {}\r\n", self.cookie));
        }
        for (name, value) in heads {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if !body.is_empty() || method == "POST" {
            text.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        text.push_str("\r\n");
        text.push_str(body);
        raw(self.port, text.as_bytes()).unwrap_or_else(|| panic!("no answer to {method} {path}"))
    }
}

/// A form with fields and files, as a browser sends it.
pub(crate) fn with_files(fields: &[(&str, &str)], files: &[(&str, &str)]) -> String {
    let mut body = String::new();
    for (name, value) in fields {
        body.push_str(&format!(
            "--edge\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    for (name, bytes) in files {
        body.push_str(&format!(
            "--edge\r\ncontent-disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\
             content-type: application/octet-stream\r\n\r\n{bytes}\r\n"
        ));
    }
    body.push_str("--edge--\r\n");
    body
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

const WORKFLOW: &str =
    "[review]\nid = \"rooms\"\ntitle = \"Early mobilisation\"\ndemonstration = true\n
[criteria]\ninclude = [\"Adults after surgery.\"]\n
[[source]]\nname = \"CENTRAL\"\nkind = \"database\"\ntype = \"file\"\n
[screening]\ntitle_abstract = { reviewers = 2 }\nfull_text = { reviewers = 2 }
adjudicators = [\"adjudicator\", \"lead\"]\n
[[screening.reason]]\ncode = \"not-randomised\"\ntext = \"Not randomised\"\n";

/// A review of `n` titles to decide, of invented trials, with its people; nobody has decided.
pub(crate) fn titles(n: usize) -> Workspace {
    let workspace = Workspace::empty();
    workspace.write("workflow.toml", WORKFLOW);
    let places = [
        "Aachen", "Bergen", "Cadiz", "Delft", "Espoo", "Faro", "Graz",
    ];
    let about = [
        "walking", "balance", "strength", "pain", "stairs", "sleep", "diet", "gait", "fear",
    ];
    let mut text = String::new();
    for i in 0..n {
        let (place, word) = (places[i % 7], about[i % 9]);
        text.push_str(&format!(
            "TY  - JOUR\nAN  - CN-{i:05}\nTI  - Randomised phase {} trial of {word} training in {place}, \
             ward {}\nAU  - {place}er, A.\nPY  - {}\nJO  - Journal of Trials\nSP  - {i}\n\
             DO  - 10.5555/rooms.{i:05}\nAB  - METHODS: {i} adults of myeloma ward {i}, at random, \
             {word} in {place}.\nER  - \n\n",
            i % 4,
            i * 7919 % 10_007,
            1990 + i % 30
        ));
    }
    workspace.write("central.ris", &text);
    workspace
        .run(&["import", "central.ris", "--source", "CENTRAL"])
        .ok();
    workspace.run(&["run"]).ok();
    for name in [
        "reviewer-1",
        "reviewer-2",
        "adjudicator",
        "extractor-1",
        "lead",
    ] {
        let role = name.trim_end_matches(['-', '1', '2']);
        workspace.run(&["user", "add", name, "--role", role]).ok();
    }
    workspace
}

/// Two reviewers exclude a report on the command line, which settles it.
pub(crate) fn settled(workspace: &Workspace, report: &str) {
    for name in ["reviewer-1", "reviewer-2"] {
        workspace
            .run(&["screen", "decide", report, "exclude", "--as", name])
            .ok();
    }
}
