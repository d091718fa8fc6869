//! `kill -9` at any moment of a live search.

use super::server::Server;
use super::world::World;
use super::{Review, contact, search};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

const AT: &str = "2026-05-01T06:00:00.000Z";
const WHERE: &str = "PERENNIAL_TEST_SEARCH";

/// Not a test of its own: the process that is killed.
#[test]
fn a_search_in_a_process_of_its_own() {
    let Some(root) = std::env::var_os(WHERE) else {
        return;
    };
    search(&PathBuf::from(root), AT, contact()).unwrap();
}

#[test]
fn a_search_killed_at_twenty_points_ends_in_the_same_log() {
    let server = Server::new(World::of("alpha", 5_000, 30_000_000, 3));
    let whole = Review::new(&server, &["alpha"]);
    whole.search(AT).unwrap();
    assert_eq!(server.count(), 26);
    let want = (whole.records(), whole.events());

    let review = Review::new(&server, &["alpha"]);
    server.forget();
    let mut kills = 0;
    let mut pauses = (0..).map(|n: u64| Duration::from_millis(n * 37 % 110));
    while kills < 20 {
        let before = server.count();
        // However fast the process is, it comes to an answer that it waits for: 25 of the 26 are given
        // in these twenty rounds at most.
        server.hold_from(before + if kills % 4 == 3 { 3 } else { 2 });
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["eutils::kill::a_search_in_a_process_of_its_own", "--exact"])
            .env(WHERE, review.folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // From a request on, after a pause that differs each time: before, in and behind a commit.
        while server.count() == before {
            assert!(child.try_wait().unwrap().is_none(), "it asked nothing");
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(pauses.next().unwrap());
        let ended = child.try_wait().unwrap();
        assert!(ended.is_none(), "it ended by itself");
        child.kill().unwrap();
        child.wait().unwrap();
        server.release();
        kills += 1;
        assert!(
            review
                .open()
                .store
                .rebuild_and_compare()
                .unwrap()
                .is_empty()
        );
    }
    review.search(AT).unwrap();
    assert!(review.records() == want.0, "the records differ");
    assert!(review.events() == want.1, "the log differs");
    // Each kill costs at most the page that was under way.
    let pages = server
        .seen()
        .iter()
        .filter(|s| s.form.contains_key("id"))
        .count();
    assert!(
        pages <= 25 + kills,
        "{pages} pages fetched with {kills} kills"
    );
}
