//! The door: who gets in, how, and what every answer carries.

use super::{Server, raw, titles};
use crate::support::Workspace;

#[test]
fn a_demonstration_offers_its_people_and_stops_when_told() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    workspace.run(&["update", "--replay"]).ok();
    let server = Server::of(workspace.folder(), &[]);
    let door = server.client().get("/sign-in").is(200);
    assert!(door.body.contains("Choose who you are") && door.body.contains("Reviewer 1"));
    assert!(door.body.contains("equal bytes"));
    let away = server.client().get("/screen");
    assert_eq!((away.status, away.to()), (303, "/sign-in?to=%2Fscreen"));
    let reviewer = server.person("reviewer-1");
    let page = reviewer.get("/").is(200);
    assert!(page.body.contains("Your next task"));
    assert!(
        page.head
            .get("content-security-policy")
            .unwrap()
            .starts_with("default-src 'none'")
    );
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(page.head.get(name).map(String::as_str), Some(value));
    }
    assert!(!page.head.contains_key("strict-transport-security"));
    assert_eq!(server.client().get("/healthz").is(200).body, "ok\n");
    assert!(
        server
            .client()
            .get("/metrics")
            .is(200)
            .body
            .contains("perennial_up 1")
    );
    assert!(server.stop());
}

#[test]
fn a_new_review_is_opened_by_its_first_lead_who_invites_the_others() {
    let workspace = Workspace::new();
    let server = Server::of(workspace.folder(), &[]);
    let first = server.first.clone().unwrap();
    let mut lead = server.client();
    lead.get(&first).is(200);
    let easy = lead.post(&first, &[("name", "Ada"), ("password", "passwordpassword")]);
    assert!(easy.is(422).body.contains("easy to guess"));
    lead.post(
        &first,
        &[("name", "Ada"), ("password", "four unrelated words here")],
    )
    .is(303);
    lead.get("/").is(200);
    // It works once.
    server.client().get(&first).is(404);
    let given = lead
        .post(
            "/people",
            &[("act", "add"), ("name", "Ben"), ("role", "reviewer")],
        )
        .is(200);
    let at = given.body.find("/i/").unwrap();
    let path = given.body[at..at + 67].to_owned();
    let mut ben = server.client();
    assert!(ben.get(&path).is(200).body.contains("reviewer"));
    ben.post(&path, &[("password", "another four good words")])
        .is(303);
    ben.get("/people").is(403);
    ben.get("/screen").is(200);
    server.client().get(&path).is(404);
    // The name is not told apart from the password.
    let mut stranger = server.client();
    let unknown = stranger.post(
        "/sign-in",
        &[("name", "Eve"), ("password", "another four good words")],
    );
    let wrong = stranger.post(
        "/sign-in",
        &[("name", "Ben"), ("password", "another four good word")],
    );
    assert_eq!(
        unknown.clone().is(422).body.replace("Eve", "Ben"),
        wrong.is(422).body
    );
    stranger
        .post(
            "/sign-in",
            &[("name", "Ben"), ("password", "another four good words")],
        )
        .is(303);
    // Whoever is disabled is out, everywhere.
    let people = lead.get("/people.json").json();
    let id = people["people"]
        .as_array()
        .unwrap()
        .iter()
        .find(|p| p["name"] == "Ben")
        .unwrap()["id"]
        .clone();
    lead.post(
        "/people",
        &[("act", "disable"), ("person", id.as_str().unwrap())],
    )
    .is(303);
    assert_eq!(ben.get("/screen").status, 303);
    assert_eq!(stranger.get("/screen").status, 303);
    stranger
        .post(
            "/sign-in",
            &[("name", "Ben"), ("password", "another four good words")],
        )
        .is(422);
    // The only lead stays one.
    let own = people["people"]
        .as_array()
        .unwrap()
        .iter()
        .find(|p| p["name"] == "Ada")
        .unwrap()["id"]
        .clone();
    let refused = lead.post(
        "/people",
        &[
            ("act", "roles"),
            ("person", own.as_str().unwrap()),
            ("role", "reviewer"),
        ],
    );
    assert!(refused.body.contains("only lead"), "{}", refused.body);
}

#[test]
fn a_person_ends_their_own_sign_ins_and_a_changed_password_ends_all() {
    let workspace = Workspace::new();
    let server = Server::of(workspace.folder(), &[]);
    let mut one = server.client();
    let first = server.first.clone().unwrap();
    one.post(
        &first,
        &[("name", "Ada"), ("password", "four unrelated words here")],
    )
    .is(303);
    let mut two = server.client();
    two.post(
        "/sign-in",
        &[("name", "Ada"), ("password", "four unrelated words here")],
    )
    .is(303);
    let list = one.get("/account.json").json();
    let other = list["sign_ins"]
        .as_array()
        .unwrap()
        .iter()
        .find(|s| s["this"] == false)
        .unwrap();
    one.post("/account", &[("end", &other["id"].to_string())])
        .is(303);
    assert_eq!(two.get("/").status, 303);
    two.post(
        "/sign-in",
        &[("name", "Ada"), ("password", "four unrelated words here")],
    )
    .is(303);
    one.post(
        "/account",
        &[("old", "wrong"), ("new", "quite another phrase")],
    )
    .is(422);
    one.post(
        "/account",
        &[
            ("old", "four unrelated words here"),
            ("new", "quite another phrase"),
        ],
    )
    .is(303);
    one.get("/").is(200);
    assert_eq!(two.get("/").status, 303);
    one.post("/sign-out", &[]).is(303);
    assert_eq!(one.get("/").status, 303);
}

#[test]
fn a_token_acts_as_its_person_until_it_is_ended() {
    let workspace = titles(40);
    let said = workspace
        .run(&[
            "user",
            "token",
            "reviewer-1",
            "--days",
            "3",
            "--as",
            "lead",
            "--json",
        ])
        .ok()
        .json();
    let token = format!("Bearer {}", said["token"].as_str().unwrap());
    let server = Server::of(workspace.folder(), &[]);
    let heads = [("authorization", token.as_str())];
    let client = server.client();
    let page = client.ask("GET", "/screen.json", &heads, "").is(200).json();
    let report = page["record"]["report"].as_str().unwrap().to_owned();
    let json = [
        heads[0],
        ("content-type", "application/json"),
        ("accept", "application/json"),
    ];
    let done = client
        .ask(
            "POST",
            &format!("/screen/{report}"),
            &json,
            r#"{"decision":"exclude"}"#,
        )
        .is(200)
        .json();
    assert_eq!(done["changed"], true);
    assert_eq!(client.ask("GET", "/people", &heads, "").status, 403);
    let events = workspace
        .run(&["export", "events", "--unblind", "--as", "lead"])
        .ok()
        .stdout;
    assert!(events.contains("\"via\":\"token\"") || events.contains("\"via\": \"token\""));
    workspace
        .run(&["user", "token", "reviewer-1", "--end", "--as", "lead"])
        .ok();
    client.ask("GET", "/screen.json", &heads, "").is(401);
}

#[test]
fn other_names_other_sites_and_large_bodies_are_refused() {
    let workspace = titles(40);
    let server = Server::of(workspace.folder(), &[]);
    let mut reviewer = server.person("reviewer-1");
    let ask = |host: &str| {
        let text = format!("GET /sign-in HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        raw(server.port, text.as_bytes()).unwrap().status
    };
    assert_eq!(ask("evil.example"), 421);
    assert_eq!(ask("localhost:1"), 200);
    let kind = ("content-type", "application/x-www-form-urlencoded");
    for site in ["cross-site", "same-site", "none"] {
        let heads = [kind, ("sec-fetch-site", site)];
        assert_eq!(
            reviewer.ask("POST", "/sign-out", &heads, "").status,
            403,
            "{site}"
        );
    }
    assert_eq!(reviewer.ask("POST", "/sign-out", &[kind], "").status, 403);
    assert_eq!(
        reviewer
            .ask(
                "POST",
                "/sign-out",
                &[kind, ("origin", "http://evil.example")],
                ""
            )
            .status,
        403
    );
    reviewer.get("/").is(200);
    let large = "x".repeat(1_000_001);
    assert_eq!(
        reviewer
            .post("/screen", &[("highlight-include", &large)])
            .status,
        413
    );
    assert_eq!(
        reviewer
            .ask(
                "DELETE",
                "/screen",
                &[("sec-fetch-site", "same-origin")],
                ""
            )
            .status,
        405
    );
    assert_eq!(reviewer.get("/nowhere").status, 404);
    let multipart = [
        ("content-type", "multipart/form-data; boundary=x"),
        ("sec-fetch-site", "same-origin"),
    ];
    assert_eq!(
        reviewer.ask("POST", "/screen", &multipart, "--x--").status,
        400
    );
}

#[test]
fn an_address_that_others_reach_is_refused_without_protection() {
    let workspace = titles(40);
    let refused = workspace.run(&["serve", "--addr", "0.0.0.0:0"]);
    refused.fails(2, &["other machines", "--tls-cert", "--behind-proxy"]);
    workspace
        .run(&["serve", "--addr", "127.0.0.1:0", "--sign-in-header", "x"])
        .fails(2, &["--behind-proxy"]);
}

#[test]
fn behind_a_proxy_the_site_has_its_path_its_name_and_the_institutes_people() {
    let workspace = titles(40);
    let args = [
        "--behind-proxy",
        "--sign-in-header",
        "x-remote-user",
        "--url",
        "https://review.example/lsr",
    ];
    let server = Server::of(workspace.folder(), &args);
    let ask = |path: &str, user: &str| {
        let text = format!(
            "GET {path} HTTP/1.1\r\nhost: review.example\r\nx-remote-user: {user}\r\nconnection: close\r\n\r\n"
        );
        raw(server.port, text.as_bytes()).unwrap()
    };
    let page = ask("/lsr/", "reviewer-1").is(200);
    assert!(page.body.contains("href=\"/lsr/screen\""));
    assert!(page.head.contains_key("strict-transport-security"));
    assert_eq!(ask("/lsr/", "nobody").status, 303);
    assert_eq!(ask("/", "reviewer-1").status, 404);
}

#[test]
fn a_certificate_protects_what_is_sent() {
    let workspace = titles(3);
    let files = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/serve/tls");
    let (cert, key) = (files.join("cert.pem"), files.join("key.pem"));
    let wrong = workspace.run(&[
        "serve",
        "--addr",
        "127.0.0.1:0",
        "--tls-cert",
        key.to_str().unwrap(),
        "--tls-key",
        cert.to_str().unwrap(),
    ]);
    wrong.fails(2, &["key.pem"]);
    let args = [
        "--tls-cert",
        cert.to_str().unwrap(),
        "--tls-key",
        key.to_str().unwrap(),
        "--base-path",
        "/review",
    ];
    let server = Server::of(workspace.folder(), &args);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (status, heads, body) = runtime.block_on(async {
        let client = reqwest::Client::builder()
            .danger_accept_invalid_certs(true)
            .build()
            .unwrap();
        let url = format!("https://127.0.0.1:{}/review/sign-in", server.port);
        let answer = client.get(url).send().await.unwrap();
        let heads = answer.headers().clone();
        (
            answer.status().as_u16(),
            heads,
            answer.text().await.unwrap(),
        )
    });
    assert_eq!(status, 200);
    assert!(heads.contains_key("strict-transport-security"));
    assert!(body.contains("action=\"/review/sign-in\""));
    // Without TLS nothing is answered.
    assert!(server.client_is_cut());
}

#[test]
fn a_token_and_an_invitation_come_from_the_command_line_too() {
    let workspace = titles(3);
    let said = workspace
        .run(&[
            "user",
            "invite",
            "reviewer-1",
            "--url",
            "https://review.example/lsr/",
            "--as",
            "lead",
            "--json",
        ])
        .ok()
        .json();
    let address = said["address"].as_str().unwrap();
    assert!(address.starts_with("https://review.example/lsr/i/"));
    workspace
        .run(&["user", "invite", "reviewer-1", "--as", "reviewer-2"])
        .fails(2, &["lead"]);
    workspace
        .run(&["user", "invite", "nobody", "--as", "lead"])
        .fails(2, &["nobody"]);
    let args = [
        "user",
        "token",
        "reviewer-1",
        "--label",
        "backup",
        "--days",
        "400",
        "--as",
        "lead",
    ];
    workspace.run(&args).fails(2, &["--days"]);
    workspace
        .run(&["serve", "--addr", "127.0.0.1:0", "--proxy-from", "10.0.0.1"])
        .fails(2, &["--behind-proxy"]);
    let server = Server::of(workspace.folder(), &[]);
    let path = format!("/i/{}", address.rsplit('/').next().unwrap());
    assert!(
        server
            .client()
            .get(&path)
            .is(200)
            .body
            .contains("reviewer-1")
    );
    // A password makes the person of a demonstration like any other.
    let mut one = server.client();
    one.post(&path, &[("password", "four unrelated words")])
        .is(303);
    let door = server.client().get("/sign-in").is(200).body;
    assert!(!door.contains("Reviewer 1") && door.contains("Reviewer 2"));
}
