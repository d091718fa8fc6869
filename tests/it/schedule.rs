//! `[living]` and `schedule`: when steps are due, whatever the clocks do.

use crate::support::Workspace;

/// The demonstration with other lines below `[living]`.
fn living(lines: &str) -> Workspace {
    let workspace = Workspace::demonstration();
    let path = workspace.path("workflow.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, _) = text.split_once("[living]").unwrap();
    std::fs::write(&path, format!("{before}[living]\n{lines}")).unwrap();
    workspace
}

#[test]
fn schedule_tells_the_next_dates_of_each_step_in_the_zone_of_the_review() {
    let workspace = living(
        "search = \"monthly on the 15th at 06:00\"\nscreening = \"each-update\"\n\
         publication = \"quarterly\"\ntimezone = \"Europe/Berlin\"\n\
         [[living.source]]\nname = \"Embase\"\nsearch = \"every 6 weeks\"\n",
    );
    let never = workspace.run(&["schedule", "--json"]).ok().json();
    assert_eq!(never["steps"][0]["next"], serde_json::json!([]));
    workspace.run(&["run", "--replay"]).ok();
    let said = workspace.run(&["schedule", "--json"]).ok().json();
    assert_eq!(said["timezone"], "Europe/Berlin");
    let steps = said["steps"].as_array().unwrap();
    let names: Vec<_> = steps
        .iter()
        .map(|step| (&step["step"], &step["source"]))
        .collect();
    assert_eq!(names.len(), 4);
    assert_eq!(steps[0]["cadence"], "monthly on the 15th at 06:00");
    assert_eq!(steps[0]["last"], "2025-07-01");
    assert_eq!(steps[0]["at"], "2025-07-15T04:00:00.000Z");
    assert_eq!(
        steps[0]["next"],
        serde_json::json!(["2025-07-15", "2025-08-15", "2025-09-15"])
    );
    assert_eq!(steps[0]["overdue"], true, "the archive ends on 25 July");
    assert_eq!(steps[1]["source"], "Embase");
    assert_eq!(steps[1]["due"], "2025-08-12");
    assert_eq!(steps[1]["overdue"], false);
    assert_eq!(steps[2]["next"], serde_json::json!([]));
    let shown = workspace.run(&["schedule"]).ok().stdout;
    for line in [
        "Days and times of Europe/Berlin",
        "overdue since 2025-07-15 at 06:00, then 2025-08-15, 2025-09-15",
        "search of Embase",
        "with each update",
    ] {
        assert!(shown.contains(line), "{line} is not in\n{shown}");
    }
    let status = workspace.run(&["status"]).ok().stdout;
    assert!(
        status.contains("search was due on 2025-07-15 (monthly on the 15th at 06:00)"),
        "{status}"
    );
    workspace.run(&["audit"]).ok();
}

#[test]
fn a_retired_review_has_no_dates_and_says_why() {
    let workspace = living(
        "status = \"retired\"\nsearch = \"monthly\"\nreason = \"The question is answered\"\n",
    );
    workspace.run(&["run", "--replay"]).ok();
    let said = workspace.run(&["schedule", "--json"]).ok().json();
    assert_eq!(said["steps"][0]["next"], serde_json::json!([]));
    let shown = workspace.run(&["schedule"]).ok().stdout;
    assert!(
        shown.contains("no further update will be made. Reason: The question is answered."),
        "{shown}"
    );
}

/// Whether the machine has a program.
fn has(program: &str) -> bool {
    let found = std::process::Command::new(program)
        .arg("--version")
        .output();
    found.is_ok_and(|output| output.status.success())
}

#[test]
fn the_lines_for_schedulers_are_such_as_they_take() {
    let workspace =
        living("search = \"weekly on Monday at 06:30\"\ntimezone = \"Europe/Berlin\"\n");
    let of = |name: &str| {
        let text = workspace.run(&["schedule", "--print", name]).ok().stdout;
        let json = workspace
            .run(&["schedule", "--print", name, "--json"])
            .ok()
            .json();
        assert_eq!(json["text"], text.as_str());
        assert!(text.contains("watch --once") || name == "launchd", "{text}");
        text
    };
    let systemd = of("systemd");
    assert!(
        systemd.contains("OnCalendar=*-*-* 06:30:00 Europe/Berlin\n"),
        "{systemd}"
    );
    if has("systemd-analyze") {
        let (service, timer) = systemd
            .split_once("# perennial-anti-cd38-myeloma.timer")
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let name = |end: &str| {
            folder
                .path()
                .join(format!("perennial-anti-cd38-myeloma.{end}"))
        };
        std::fs::write(name("service"), service).unwrap();
        std::fs::write(name("timer"), format!("#{timer}")).unwrap();
        for line in timer
            .lines()
            .filter_map(|line| line.strip_prefix("OnCalendar="))
        {
            let said = std::process::Command::new("systemd-analyze")
                .args(["calendar", line])
                .output();
            assert!(said.unwrap().status.success(), "{line}");
        }
        let said = std::process::Command::new("systemd-analyze")
            .args(["verify", "--user", "--man=no"])
            .args([name("service"), name("timer")])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&said.stderr).into_owned();
        let ours: Vec<&str> = said
            .lines()
            .filter(|line| line.contains("perennial-anti"))
            .collect();
        assert!(ours.is_empty(), "{said}");
    } else {
        eprintln!("skipped: this machine has no systemd-analyze");
    }
    let cron = of("cron");
    let line = cron.lines().find(|line| !line.starts_with('#')).unwrap();
    let mut fields = line.splitn(6, ' ');
    let minute: u8 = fields.next().unwrap().parse().unwrap();
    assert!(
        minute < 60 && fields.clone().take(4).all(|field| field == "*"),
        "{line}"
    );
    let command = fields.nth(4).unwrap().replace("\\%", "%");
    let checked = std::process::Command::new("sh")
        .args(["-n", "-c", &command])
        .output();
    assert!(checked.unwrap().status.success(), "{command}");
    if has("crontab") {
        eprintln!("a crontab is not installed by a test: its fields and its command were read");
    }
    let launchd = of("launchd");
    let mut reader = quick_xml::Reader::from_str(&launchd);
    let mut keys = Vec::new();
    let mut inside = String::new();
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(start) => {
                inside = start.name().as_ref().to_owned();
            }
            quick_xml::events::Event::Text(text) if inside == "key" => {
                keys.push(text.as_ref().trim().to_owned());
                inside.clear();
            }
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    for key in [
        "Label",
        "ProgramArguments",
        "WorkingDirectory",
        "StartInterval",
    ] {
        assert!(keys.iter().any(|one| one == key), "{keys:?}");
    }
    let github = of("github");
    let read = std::process::Command::new("python3")
        .args([
            "-c",
            "import sys, yaml; flow = yaml.safe_load(sys.stdin); steps = flow['jobs']['update']['steps']; \
             assert all('run' in s or 'uses' in s for s in steps); \
             print(flow[True]['schedule'][0]['cron'])",
        ])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .and_then(|mut child| {
            use std::io::Write as _;
            child.stdin.take().unwrap().write_all(github.as_bytes())?;
            child.wait_with_output()
        });
    match read {
        Ok(said) if said.status.success() => {
            assert_eq!(String::from_utf8_lossy(&said.stdout).trim(), "17 3 * * *");
        }
        _ => eprintln!("skipped: this machine reads no YAML"),
    }
}

#[test]
fn watch_says_what_has_to_be_set_before_it_waits() {
    let workspace = living("search = \"daily\"\n");
    workspace
        .run(&["watch", "--once"])
        .fails(2, &["NCBI_EMAIL"]);
}
