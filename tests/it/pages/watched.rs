//! A search that is watched: what it waits for, Ctrl-C, an address that is wrong.

use super::{Review, server::Fault, server::Server};
use crate::support::{Said, program, said};
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn run(review: &Review, args: &[&str]) -> Said {
    let mut command = program();
    command.current_dir(review.folder.path()).args(args);
    // Loopback is asked directly, whatever the machine's settings, and where nobody knows names that is
    // seen soon.
    command.env("NO_PROXY", "*");
    command.env("RES_OPTIONS", "timeout:1 attempts:1");
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

/// The whole address of the source, put in the place of the server's.
fn pointed(review: &Review, address: &str) {
    let path = review.path("workflow.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, after) = text.split_once("base_url = \"").unwrap();
    let (_, after) = after.split_once('"').unwrap();
    std::fs::write(path, format!("{before}base_url = \"{address}\"{after}")).unwrap();
}

#[test]
fn a_host_that_nobody_knows_is_told_by_its_name_and_the_search_can_be_given_again() {
    let server = Server::new(5);
    let review = Review::new(&server, "europepmc");
    // A name that no service of names may know (RFC 6761, 6.4).
    let host = "nowhere.invalid";
    pointed(&review, &format!("https://{host}/europepmc/"));
    let told = run(&review, &["search"]);
    assert_eq!(told_retries(&told), 2, "{}", told.stderr);
    let nobody = format!("no host is called `{host}`: the name is wrong, or this machine has no");
    for words in [nobody.as_str(), "`base_url`", "`perennial search`"] {
        let plain = told.stderr.replace('\n', " ");
        assert!(plain.contains(words), "{words}: {}", told.stderr);
    }
    assert_eq!(told.code, 5);
    let json = run(&review, &["search", "--json"]);
    assert_eq!(json.code, 5);
    assert_eq!(json.json()["error"]["kind"], "network");
    assert_eq!(server.count(), 0);
}

#[test]
fn a_name_that_no_host_can_have_is_an_address_to_correct() {
    let server = Server::new(5);
    let review = Review::new(&server, "europepmc");
    // A part of a name has at most 63 letters (RFC 1035, 2.3.4).
    pointed(
        &review,
        &format!("https://{}.invalid/", "nowhere".repeat(10)),
    );
    let told = run(&review, &["search"]);
    assert_eq!(told_retries(&told), 0, "{}", told.stderr);
    told.fails(2, &["no host can have this name", "`base_url`"]);
    assert_eq!(server.count(), 0);
}

/// A service that speaks https with a certificate of its own making; how many connections it had.
fn self_signed() -> (u16, std::sync::Arc<std::sync::atomic::AtomicUsize>) {
    use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
    let key = PrivatePkcs8KeyDer::from(include_bytes!("self-signed/key.der").as_slice());
    let certificate =
        CertificateDer::from(include_bytes!("self-signed/certificate.der").as_slice());
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], PrivateKeyDer::Pkcs8(key))
        .unwrap();
    let config = std::sync::Arc::new(config);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = std::sync::Arc::clone(&heard);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let mut tls = rustls::ServerConnection::new(std::sync::Arc::clone(&config)).unwrap();
            // Until the client has seen the certificate and gone.
            while tls.is_handshaking() && tls.complete_io(&mut stream).is_ok() {}
        }
    });
    (port, heard)
}

#[test]
fn a_certificate_that_cannot_be_trusted_is_an_address_to_correct_and_is_not_asked_again() {
    let server = Server::new(5);
    let review = Review::new(&server, "europepmc");
    let (port, heard) = self_signed();
    pointed(&review, &format!("https://127.0.0.1:{port}/europepmc/"));
    let told = run(&review, &["search"]);
    assert_eq!(told_retries(&told), 0, "{}", told.stderr);
    told.fails(
        2,
        &[
            "its certificate is not one for this host that can be trusted",
            "`base_url`",
        ],
    );
    assert_eq!(heard.load(std::sync::atomic::Ordering::Relaxed), 1);
    let json = run(&review, &["search", "--json"]);
    assert_eq!(json.code, 2);
    assert_eq!(json.json()["error"]["kind"], "input");
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
