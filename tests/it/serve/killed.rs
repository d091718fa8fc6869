//! A server that is killed has lost no decision that it acknowledged, and wrote none twice.

use super::{Server, titles};

#[test]
fn no_acknowledged_decision_is_lost_when_the_server_is_killed() {
    let workspace = titles(40);
    // With `PERENNIAL_KILLS=50` the whole of it; a few in every run.
    let rounds = std::env::var("PERENNIAL_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(4);
    let json = [
        ("content-type", "application/json"),
        ("accept", "application/json"),
        ("sec-fetch-site", "same-origin"),
    ];
    let mut acknowledged = Vec::new();
    let mut n = 0u64;
    for round in 0..rounds {
        let mut server = Server::of(workspace.folder(), &[]);
        let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let mut workers = Vec::new();
        for name in ["reviewer-1", "reviewer-2"] {
            let client = server.person(name);
            let open = client.get("/screen/ahead?n=200").json();
            let reports: Vec<String> = open["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["id"].as_str().unwrap().to_owned())
                .collect();
            let stop = stop.clone();
            n += 1;
            let start = n * 1_000;
            workers.push(std::thread::spawn(move || {
                let mut said = Vec::new();
                for i in 0..500u64 {
                    if stop.load(std::sync::atomic::Ordering::Relaxed) || reports.is_empty() {
                        break;
                    }
                    let report = &reports[usize::try_from(i).unwrap() % reports.len()];
                    let choice = ["unsure", "include"][usize::try_from(i).unwrap() % 2];
                    let body = format!(r#"{{"decision":"{choice}","note":"{}","key":"{}"}}"#, start + i, start + i);
                    let path = format!("/screen/{report}");
                    let mut text = format!("POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncookie: {}\r\ncontent-length: {}\r\n", client.cookie, body.len());
                    for (name, value) in json {
                        text.push_str(&format!("{name}: {value}\r\n"));
                    }
                    text.push_str("\r\n");
                    text.push_str(&body);
                    match super::raw(client.port, text.as_bytes()) {
                        Some(answer) if answer.status == 200 => said.push(start + i),
                        Some(answer) if answer.status == 409 => {}
                        Some(answer) => panic!("{}: {}", answer.status, answer.body),
                        None => break,
                    }
                }
                said
            }));
        }
        std::thread::sleep(std::time::Duration::from_millis(60 + 37 * round % 300));
        server.kill();
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        for worker in workers {
            acknowledged.extend(worker.join().unwrap());
        }
    }
    assert!(acknowledged.len() > 10, "{}", acknowledged.len());
    let conn = rusqlite::Connection::open(workspace.path("db/review.sqlite")).unwrap();
    for note in &acknowledged {
        let n: u64 = conn
            .query_row(
                "SELECT count(*) FROM event WHERE kind = 'decision_made'
                 AND json_extract(body, '$.note') = ?1",
                [note.to_string()],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(n, 1, "decision {note}");
    }
    drop(conn);
    workspace.run(&["audit"]).ok();
}
