//! Time in the log: when it took an event, never earlier than the event before; beside it the time that
//! a person claims.

use super::blind::begun;
use perennial::ledger::{Body, Stamp};
use perennial::model::{PersonId, Role};
use perennial::store::{StoreError, Writer};

#[test]
fn decisions_of_a_file_keep_their_times() {
    let workspace = begun();
    workspace.write(
        "d.csv",
        "report,phase,reviewer,decision,reason,note,at,settles\n\
         r1,title-abstract,ann,exclude,,,2020-02-03T04:05:06Z,\n\
         r1,title-abstract,ben,exclude,,,,\n",
    );
    workspace.run(&["screen", "import", "d.csv"]).ok();
    let events = workspace.events();
    let votes: Vec<_> = events
        .iter()
        .filter(|event| event["kind"] == "decision_made")
        .collect();
    assert_eq!(votes[0]["body"]["made"], "2020-02-03T04:05:06.000Z");
    assert!(votes[0]["at"].as_str().unwrap() > "2026");
    assert!(votes[1]["body"]["made"].is_null());
    let shown = workspace.run(&["export", "decisions"]).ok().stdout;
    assert!(shown.contains("2020-02-03T04:05:06"), "{shown}");
    workspace.write(
        "later.csv",
        "report,phase,reviewer,decision,reason,note,at,settles\n\
         r2,title-abstract,ann,exclude,,,2999-01-01T00:00:00Z,\n",
    );
    workspace
        .run(&["screen", "import", "later.csv"])
        .fails(2, &["2999"]);
    workspace.run(&["audit"]).ok();
}

#[test]
fn a_clock_that_goes_back_gives_no_earlier_event_and_one_beyond_all_dates_none() {
    let workspace = begun();
    let open = perennial::pipeline::Workspace::open(workspace.folder(), false).unwrap();
    let add = |at: &str| {
        open.store.write(|writer: &mut Writer<'_>| {
            let person = PersonId(writer.next_person()?);
            writer.name_person(person, &format!("person {}", person.0), writer.salt(None)?)?;
            let roles = vec![Role::Auditor];
            writer.append(&Stamp::program(at).draft(Body::PersonAdded {
                person,
                roles,
                name: None,
            }))
        })
    };
    add("2001-01-01T00:00:00.000Z").unwrap();
    let beyond = add("9999-12-31T00:00:00.000Z");
    assert!(matches!(beyond, Err(StoreError::Clock(_))), "{beyond:?}");
    drop(open);
    let events = workspace.events();
    let times: Vec<&str> = events.iter().map(|e| e["at"].as_str().unwrap()).collect();
    assert!(times.is_sorted(), "{times:?}");
    assert!(times.last().unwrap() > &"2026");
    workspace.run(&["audit"]).ok();
}
