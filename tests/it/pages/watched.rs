//! A search that is watched: what it waits for, Ctrl-C, an address that is wrong.

use super::{Review, server::Fault, server::Server};
use crate::support::{Said, program, said};
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn run(review: &Review, args: &[&str]) -> Said {
    let mut command = program();
    command.current_dir(review.folder.path()).args(args);
    said(&command.output().unwrap())
}

fn told_retries(told: &Said) -> usize {
    told.stderr.matches("; again in ").count()
}

fn rewritten(review: &Review, from: &str, to: &str) {
    let path = review.path("workflow.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from));
    std::fs::write(path, text.replace(from, to)).unwrap();
}

#[test]
fn a_retry_is_told_and_ctrl_c_ends_with_what_is_saved_and_how_to_go_on() {
    let server = Server::new(110);
    let review = Review::new(&server, "europepmc");
    server.fail(1, 3, &[Fault::Status(503)]);
    let heard = review.path("stderr.txt");
    let mut child = program()
        .current_dir(review.folder.path())
        .arg("search")
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(&heard).unwrap())
        .spawn()
        .unwrap();
    let told = || std::fs::read_to_string(&heard).unwrap();
    let patience = Instant::now() + Duration::from_mins(2);
    while !told().contains("; again in ") {
        assert!(Instant::now() < patience, "no retry is told: {}", told());
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(
        told().contains("no usable answer to a page of Europe PMC at attempt 1 of 8: "),
        "{}",
        told()
    );
    let pid = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(sent.success());
    let ended = child.wait().unwrap();
    assert_eq!(ended.code(), Some(5), "{}", told());
    for words in [
        "S could not be searched: stopped",
        "2 of 5 pages are saved",
        "`perennial search` goes on where it stopped",
    ] {
        assert!(told().contains(words), "`{words}` is not in {}", told());
    }
    assert!(!told().contains("nothing was changed"));
    server.fail(0, 1, &[]);
    let done = run(&review, &["search"]).ok().stdout;
    let words = "110 new records (50 of them before it was interrupted)";
    assert!(done.contains(words), "{done}");
    assert!(done.contains("3 requests by this run"), "{done}");
    review.is_whole();
}

#[test]
fn https_to_a_service_that_speaks_http_is_an_address_to_correct() {
    let server = Server::new(5);
    let review = Review::new(&server, "europepmc");
    rewritten(&review, "http://", "https://");
    run(&review, &["search"]).fails(2, &["does not speak https", "`base_url`"]);
    // One that answers in plain words.
    let plain = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = plain.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in plain.incoming().flatten() {
            let mut stream: std::net::TcpStream = stream;
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let path = review.path("workflow.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, after) = text.split_once("https://127.0.0.1:").unwrap();
    let (_, after) = after.split_once('/').unwrap();
    let other = format!("{before}https://127.0.0.1:{port}/{after}");
    std::fs::write(&path, other).unwrap();
    let told = run(&review, &["search"]);
    assert_eq!(told_retries(&told), 0, "{}", told.stderr);
    told.fails(2, &["does not speak https"]);
    assert_eq!(
        run(&review, &["status", "--json"]).ok().json()["next"],
        "perennial search"
    );
}

#[test]
fn a_text_that_is_no_address_is_refused_before_anything_is_made() {
    let server = Server::new(5);
    let review = Review::new(&server, "europepmc");
    let with = |email: &str, command: &str| {
        let mut program = program();
        program.current_dir(review.folder.path()).arg(command);
        said(&program.env("NCBI_EMAIL", email).output().unwrap())
    };
    rewritten(&review, "type = \"europepmc\"", "type = \"eutils\"");
    for command in ["search", "run", "update"] {
        with("notanemail", command).fails(2, &["NCBI_EMAIL holds no e-mail address"]);
        with("", command).fails(2, &["NCBI_EMAIL is not set"]);
    }
    assert!(!review.path("db").exists(), "nothing was made");
    assert_eq!(server.count(), 0);
}
