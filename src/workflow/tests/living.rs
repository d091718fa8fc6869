//! Schedules, zones and single sources in `[living]`.

use super::super::Workflow;

fn load(living: &str) -> Result<Workflow, (String, Vec<String>)> {
    let text = format!(
        "[review]\nid = \"r\"\n[[source]]\nname = \"Embase\"\nkind = \"database\"\n[living]\n{living}"
    );
    Workflow::load(&text, "workflow.toml").map_err(|found| {
        assert_eq!(found.len(), 1, "{found:?}");
        let first = &found[0];
        let under = text.get(first.span.clone()).unwrap_or_default();
        (
            format!("{} at {under}: {}", first.message, first.label),
            first.help.clone(),
        )
    })
}

#[test]
fn words_plain_words_cron_zone_and_sources_are_read() {
    let workflow = load(
        "search = \"monthly on the 15th at 06:00\"\nscreening = \"each-update\"\n\
         publication = \"0 6 1 */3 *\"\ntimezone = \"europe/berlin\"\n\
         reason = \"No funds\"\n[[living.source]]\nname = \"embase\"\nsearch = \"every 6 weeks\"\n",
    );
    let living = workflow.unwrap().living;
    assert_eq!(living.timezone, "Europe/Berlin");
    assert_eq!(
        living.search_of("Embase").unwrap().as_str(),
        "every 6 weeks"
    );
    assert_eq!(
        living.search_of("PubMed").unwrap().as_str(),
        "monthly on the 15th at 06:00"
    );
    assert_eq!(living.reason.as_deref(), Some("No funds"));
    assert_eq!(load("").unwrap().living.timezone, "UTC");
}

#[test]
fn a_schedule_that_cannot_be_read_is_shown_with_the_nearest_that_can() {
    for (text, want, help) in [
        (
            "search = \"mothly\"\n",
            "`search` cannot be `mothly` at \"mothly\": neither an interval, nor a day, nor cron",
            "did you mean `monthly`?",
        ),
        (
            "search = \"weekly on Mondya at 06:00\"\n",
            "`search` cannot be `weekly on Mondya at 06:00` at \"weekly on Mondya at 06:00\": \
             neither an interval, nor a day, nor cron",
            "did you mean `weekly on Monday at 06:00`?",
        ),
        (
            "search = \"*/10 * * * *\"\n",
            "`search` cannot be `*/10 * * * *` at \"*/10 * * * *\": more than one time a day",
            "a step is due at most once a day: minute and hour are one number each",
        ),
        (
            "screening = \"0 6 31 2 *\"\n",
            "`screening` cannot be `0 6 31 2 *` at \"0 6 31 2 *\": a date that never comes",
            "`screening` is `daily`, `weekly`, `monthly`, `quarterly`, `half-yearly`, `yearly`, \
             `each-update`, plain words such as `monthly on the 15th`, or cron",
        ),
        (
            "timezone = \"Berlin\"\n",
            "`timezone` cannot be `Berlin` at \"Berlin\": no zone of the IANA database",
            "did you mean `Europe/Berlin`?",
        ),
        (
            "[[living.source]]\nname = \"Embas\"\nsearch = \"daily\"\n",
            "there is no source `Embas` at \"Embas\": no `[[source]]` has this name",
            "did you mean `Embase`?",
        ),
    ] {
        let (said, helps) = load(text).unwrap_err();
        assert_eq!(
            (said.as_str(), helps.first().map(String::as_str)),
            (want, Some(help))
        );
    }
}
