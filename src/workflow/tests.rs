//! One test per kind of error.

mod living;
mod shipped;

use super::*;

const REVIEW: &str = "[review]\nid = \"r\"\n";

/// Every problem of `[review]` plus this text.
fn problems(rest: &str) -> Vec<Diagnostic> {
    Workflow::load(&format!("{REVIEW}{rest}"), "workflow.toml").unwrap_err()
}

/// The one problem of `[review]` plus this text: message, underlined text, label, helps.
fn problem(rest: &str) -> (String, String, String, String) {
    let text = format!("{REVIEW}{rest}");
    let found = problems(rest);
    assert_eq!(found.len(), 1, "{found:#?}");
    let one = found.into_iter().next().unwrap();
    let under = text[one.span.clone()].to_owned();
    (one.message, under, one.label, one.help.join("; "))
}

fn load(rest: &str) -> Workflow {
    Workflow::load(&format!("{REVIEW}{rest}"), "workflow.toml").unwrap()
}

fn source(rest: &str) -> String {
    format!("[[source]]\nname = \"S\"\nkind = \"database\"\n{rest}")
}

fn rule(rest: &str) -> String {
    format!("[[filter.rule]]\nname = \"f\"\nbox = \"automation\"\n{rest}")
}

#[test]
fn the_smallest_workflow_is_an_id() {
    let workflow = load("");
    assert_eq!(workflow.review.title(), "r");
    assert_eq!(workflow.screening.rules, Rules::default());
    assert_eq!(
        workflow.screening.adjudicators,
        [Role::Adjudicator, Role::Lead]
    );
    assert_eq!(workflow.living, Living::default());
    assert!(!workflow.review.demonstration);
}

#[test]
fn a_file_without_a_review_says_what_to_write() {
    let found = Workflow::load("", "workflow.toml").unwrap_err();
    assert_eq!(found[0].message, "missing table `[review]`");
    assert_eq!((found[0].line, found[0].column), (1, 1));
    let found = Workflow::load("[review]\n", "w").unwrap_err();
    assert_eq!(found[0].message, "missing key `id` in `[review]`");
    assert_eq!(found[0].span, 0..8);
}

#[test]
fn an_unknown_key_names_the_nearest() {
    let (message, under, _, help) = problem("titel = \"T\"\n");
    assert_eq!(
        (message.as_str(), under.as_str()),
        ("unknown key `titel`", "titel")
    );
    assert_eq!(help, "did you mean `title`?");
    let (_, under, _, help) = problem("[[sources]]\n");
    assert_eq!(
        (under.as_str(), help.as_str()),
        ("sources", "did you mean `[[source]]`?")
    );
}

#[test]
fn a_mistyped_required_key_is_one_problem_not_two() {
    let (message, _, _, help) = problem(&source("").replace("name", "nmae"));
    assert_eq!(message, "unknown key `nmae`");
    assert_eq!(help, "did you mean `name`?");
}

#[test]
fn an_unknown_key_far_from_all_lists_the_keys() {
    let (_, _, label, help) = problem("frobnicate = 1\n");
    assert_eq!(label, "not a key of `[review]`");
    assert!(
        help.starts_with("the keys of `[review]` are `id`, `title`"),
        "{help}"
    );
    let (_, _, _, help) = problem("hits = 3\n");
    assert_eq!(help, "`hits` is a key of `[[source]]`");
    let (_, _, _, help) = problem("[[rule]]\nname = \"f\"\n");
    assert_eq!(help, "write it as `[[filter.rule]]`");
}

#[test]
fn a_person_or_a_secret_has_no_place_here() {
    for key in ["email", "api_key", "NCBI_API_KEY", "password"] {
        let (message, _, label, help) = problem(&source(&format!("{key} = \"x\"\n")));
        assert_eq!(message, format!("unknown key `{key}`"));
        assert_eq!(label, "not for this file");
        assert!(help.contains("NCBI_EMAIL"));
    }
    let (message, ..) = problem("title = \"ask ana@example.org\"\n");
    assert_eq!(message, "`title` holds an e-mail address");
}

#[test]
fn a_value_of_a_wrong_type_says_what_it_must_be() {
    for (rest, message, under, label, help) in [
        (
            "title = 3\n",
            "`title` must be a text",
            "3",
            "this is a whole number",
            "",
        ),
        (
            "demonstration = \"true\"\n",
            "`demonstration` must be `true` or `false`",
            "\"true\"",
            "this is a text",
            "without the quotes: `demonstration = true`",
        ),
        (
            "[criteria]\ninclude = \"adults\"\n",
            "`include` must be a list of texts",
            "\"adults\"",
            "this is a text",
            "with brackets: `include = [\"adults\"]`",
        ),
        (
            "[criteria]\ninclude = [\"a\", 7]\n",
            "`include` must be a list of texts",
            "7",
            "this is a whole number",
            "",
        ),
        (
            "[source]\nname = \"S\"\n",
            "`source` must be a list of tables",
            "[source]",
            "this is a table",
            "write its header as `[[source]]`",
        ),
        (
            "[screening]\ntitle_abstract = 2\n",
            "`title_abstract` must be a table",
            "2",
            "this is a whole number",
            "write it under the header `[screening.title_abstract]`",
        ),
        (
            "[screening]\nfull_text = { reviewers = 0 }\n",
            "`reviewers` must be a whole number from 1 to 9",
            "0",
            "out of range",
            "",
        ),
        (
            "[screening]\nadjudicators = []\n",
            "`adjudicators` is empty",
            "[]",
            "nothing in the list",
            "leave the key out instead",
        ),
        (
            "title = \" \"\n",
            "`title` is blank",
            "\" \"",
            "no text here",
            "",
        ),
    ] {
        let want = (message.into(), under.into(), label.into(), help.into());
        assert_eq!(problem(rest), want, "{rest}");
    }
}

#[test]
fn texts_with_a_form_are_checked_for_it() {
    let id = |id: &str| Workflow::load(&format!("[review]\nid = \"{id}\"\n"), "w");
    let found = id("Anti CD38").unwrap_err();
    assert_eq!(found[0].help, ["did you mean `anti-cd38`?"]);
    assert!(id("a-1").is_ok());
    for path in ["../q.txt", "/etc/q.txt", "a//b", "c:\\q.txt", "./q.txt"] {
        let (message, ..) = problem(&source(&format!("query = '{path}'\n")));
        assert_eq!(
            message, "`query` must be a path inside the workspace",
            "{path}"
        );
    }
    for name in ["a:b", "a[1]", "a\\n", " a"] {
        assert_eq!(problems(&source("").replace('S', name)).len(), 1, "{name}");
    }
    for url in [
        "ftp://x/",
        "https://",
        "https://u:p@host/",
        "http://a b/",
        "https://a/?x=1",
    ] {
        let rest = format!("query = \"q\"\nbase_url = \"{url}\"\n");
        assert_eq!(problems(&source(&rest)).len(), 1, "{url}");
    }
}

#[test]
fn a_word_outside_its_set_names_the_nearest() {
    let (message, under, label, help) = problem(&source("").replace("database", "databse"));
    assert_eq!(message, "`kind` cannot be `databse`");
    assert_eq!(under, "\"databse\"");
    assert_eq!(label, "expected `database`, `register` or `other`");
    assert_eq!(help, "did you mean `database`?");
    let words = "`search` is `daily`, `weekly`, `monthly`, `quarterly`, `half-yearly`, `yearly`, \
         plain words such as `monthly on the 15th`, or cron";
    let (message, _, _, help) = problem("[living]\nsearch = \"each-update\"\n");
    assert_eq!(
        (message.as_str(), help.as_str()),
        ("`search` cannot be `each-update`", words)
    );
    let (message, ..) = problem("[screening]\nadjudicators = [\"lead\", \"auditor\"]\n");
    assert_eq!(message, "`adjudicators` cannot be `auditor`");
}

#[test]
fn two_sources_rules_or_reasons_of_one_name_are_told_apart() {
    let twice = source("") + &source("").replace("\"S\"", "\"s\"");
    let found = problems(&twice);
    assert_eq!(found[0].message, "two sources have the name `s`");
    assert_eq!(found[0].context.as_ref().unwrap().label, "used first here");
    let twice = rule("title_any = [\"a\"]\n") + &rule("title_any = [\"b\"]\n");
    assert_eq!(problem(&twice).0, "two rules have the name `f`");
    let reason = "[[screening.reason]]\ncode = \"c\"\ntext = \"T\"\n";
    assert_eq!(
        problem(&reason.repeat(2)).0,
        "two reasons have the code `c`"
    );
}

#[test]
fn the_type_of_a_source_follows_from_its_keys() {
    let workflow = load(&source(
        "query = \"q.txt\"\nbase_url = \"http://127.0.0.1:9/e\"\n",
    ));
    let want = Access::Eutils {
        query: "q.txt".into(),
        base_url: "http://127.0.0.1:9/e/".into(),
        tool: "perennial".into(),
    };
    assert_eq!(workflow.source("s").unwrap().access, want);
    let workflow = load(&source("query = \"q.txt\"\nhits = 42\n"));
    let want = Access::File {
        query: Some("q.txt".into()),
        hits: Some(42),
    };
    assert_eq!(workflow.sources[0].access, want);
    let workflow = load(&source("type = \"eutils\"\nquery = \"q.txt\"\n"));
    let Access::Eutils { base_url, .. } = &workflow.sources[0].access else {
        panic!("{workflow:?}");
    };
    assert_eq!(base_url, "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/");
}

#[test]
fn keys_of_the_other_type_of_source_are_refused() {
    let (message, under, ..) = problem(&source("type = \"eutils\"\n"));
    assert_eq!(message, "source `S` has no `query`");
    assert_eq!(under, "[[source]]");
    let (message, under, ..) = problem(&source("tool = \"t\"\nquery = \"q\"\nhits = 3\n"));
    assert_eq!(message, "`hits` belongs to a source of type `file`");
    assert_eq!(under, "hits");
    let (message, ..) = problem(&source("type = \"file\"\ntool = \"t\"\n"));
    assert_eq!(message, "`tool` belongs to a source of type `eutils`");
    let (message, ..) = problem(&source("tool = \"my tool\"\nquery = \"q\"\n"));
    assert_eq!(message, "`tool` must be a text without spaces");
}

#[test]
fn a_rule_by_absence_is_refused_with_the_reason() {
    for (key, field, near) in [
        (
            "publication_type_absent",
            "type",
            Some("publication_type_any"),
        ),
        (
            "publication_type_none",
            "type",
            Some("publication_type_any"),
        ),
        (
            "not_publication_type_any",
            "type",
            Some("publication_type_any"),
        ),
        ("title_missing", "title", Some("title_any")),
        ("no_heading", "heading", Some("heading_any")),
        ("without_keywords", "keyword", Some("keyword_any")),
        ("no_abstract", "abstract", None),
    ] {
        let both = format!("{key} = [\"x\"]\ntitle_any = [\"y\"]\n");
        let (message, under, label, help) = problem(&rule(&both));
        assert_eq!(
            (message, under.as_str()),
            (format!("unknown key `{key}`"), key)
        );
        assert_eq!(label, "rules need positive evidence");
        let want = format!("a missing {field} never excludes a record; ");
        assert!(help.starts_with(&want), "{help}");
        if let Some(near) = near {
            let want = format!("{want}did you mean `{near}`?; a rule has exactly one of ");
            assert!(help.starts_with(&want), "{help}");
        }
    }
}

#[test]
fn a_rule_has_exactly_one_condition() {
    let (message, under, ..) = problem(&rule(""));
    assert_eq!(message, "rule `f` has no condition");
    assert_eq!(under, "[[filter.rule]]");
    let both = rule("title_any = [\"a\"]\nheading_any = [\"b\"]\n");
    assert_eq!(problem(&both).0, "rule `f` has two conditions");
    let off = rule("no_title_and_no_identifier = false\n");
    assert_eq!(
        problem(&off).0,
        "`no_title_and_no_identifier` can only be `true`"
    );
    let blank = rule("title_any = [\"a\", \"\"]\n");
    assert_eq!(problem(&blank).0, "`title_any` is blank");
    let vain = rule("no_title_and_no_identifier = true\nunless_title_any = [\"a\"]\n");
    assert!(problem(&vain).0.contains("can never keep a record"));
}

#[test]
fn a_rule_on_what_an_abstract_lacks_is_off_until_switched_on() {
    let enabled = |rest: &str| load(&rule(rest)).rules[0].enabled;
    assert!(enabled("title_any = [\"a\"]\n"));
    assert!(!enabled("title_any = [\"a\"]\nenabled = false\n"));
    assert!(!enabled("abstract_lacks = [\"random\"]\n"));
    assert!(enabled("abstract_lacks = [\"random\"]\nenabled = true\n"));
}

#[test]
fn a_query_file_that_is_not_there_names_the_nearest() {
    let text = source("query = \"queries/pubmd.txt\"\n");
    let workflow = load(&text);
    let files = vec!["queries/pubmed.txt".to_owned(), "workflow.toml".to_owned()];
    let found = workflow.check_files(|p| files.iter().any(|f| f == p), &files);
    let found = found.unwrap_err();
    let one = &found[0];
    assert_eq!(
        one.message,
        "`query` of source `S` points at a file that does not exist"
    );
    assert_eq!((one.line, one.column), (6, 9));
    assert_eq!(
        one.help,
        ["`queries/pubmed.txt` exists; did you mean that?"]
    );
    assert!(workflow.check_files(|_| true, &[]).is_ok());
    let found = workflow.check_files(|_| false, &[]).unwrap_err();
    assert_eq!(
        found[0].help,
        ["write the strategy into `queries/pubmd.txt`"]
    );
}

#[test]
fn a_replay_folder_is_asked_for_by_a_replay_only() {
    let workflow = load("[replay]\nfrom = \"db/example\"\n");
    assert!(workflow.check_files(|_| false, &[]).is_ok());
    assert!(workflow.check_replay(|path| path == "db/example").is_ok());
    let found = workflow.check_replay(|_| false).unwrap_err();
    assert_eq!(
        (found[0].line, found[0].label.as_str()),
        (4, "no such folder")
    );
    assert!(load("").check_replay(|_| false).is_ok());
}

#[test]
fn a_rule_whose_only_condition_is_wrong_is_one_problem_not_two() {
    assert!(
        problem(&rule("publication_type_absent = \"x\"\n"))
            .0
            .contains("unknown key")
    );
    assert!(
        problem(&rule("title_ani = [\"x\"]\n"))
            .0
            .contains("unknown key")
    );
}

#[test]
fn a_syntax_error_is_placed_and_hides_what_it_would_echo() {
    let found = problems("title = Honey\n[[source]\nname = \"x\"\n");
    assert_eq!(found.len(), 2, "{found:#?}");
    assert_eq!((found[0].line, found[0].column), (3, 9));
    assert_eq!(found[1].line, 4);
    let found = problems("id = \"s\"\n");
    assert_eq!(
        found[0].to_string(),
        "workflow.toml:3:1: duplicate key `id`"
    );
    let found = problems("title = \"open\n");
    assert_eq!(found[0].line, 3);
}

#[test]
fn every_problem_is_told_at_once_in_the_order_of_the_file() {
    let text = source("kund = 1\n") + &rule("") + "[living]\nsearch = \"monthy\"\n";
    let lines: Vec<usize> = problems(&text).iter().map(|p| p.line).collect();
    assert_eq!(lines, [6, 7, 11]);
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_do_not_move_the_place() {
    let text = "\u{feff}[review]\r\nid = \"r\"\r\ntitel = 1\r\n";
    let found = Workflow::load(text, "w").unwrap_err();
    assert_eq!(&text[found[0].span.clone()], "titel");
    assert_eq!(found[0].line, 3);
}

const OUTCOME: &str = "[[outcome]]\ncode = \"orr\"\nname = \"Response\"\ntype = \"binary\"\n\
     populations = [\"ITT\", \"evaluable\"]\n";

fn analysis(rest: &str) -> String {
    format!("{OUTCOME}[[analysis]]\nname = \"a\"\noutcome = \"orr\"\nmethod = \"DL\"\n{rest}")
}

#[test]
fn an_analysis_keeps_what_it_says_and_numbers_as_they_are_written() {
    let rest = "measure = \"RR\"\npopulation = [\"evaluable\"]\nlevel = 90\n\
         exclude = [{ study = \"S\", why = \"W\" }]\n\
         published = { estimate = 0.50, ci_low = 1, source = \"paper\" }\n";
    let workflow = load(&analysis(rest));
    let one = workflow.analysis("a").unwrap();
    assert_eq!((one.title.as_str(), one.level), ("a", 90));
    assert_eq!(one.otherwise, Otherwise::Latest);
    assert_eq!(one.exclude[0].why, "W");
    let published = one.published.as_ref().unwrap();
    assert_eq!(published.estimate, "0.50");
    assert_eq!(published.ci_low.as_deref(), Some("1"));
    assert_eq!(workflow.outcome("orr").unwrap().kind, OutcomeType::Binary);
    assert_eq!(workflow.extraction.extractors, 2);
}

#[test]
fn an_analysis_fits_the_outcome_it_names() {
    let (message, under, _, help) = problem(&analysis("measure = \"HR\"\n"));
    assert_eq!(message, "`measure` cannot be `HR` for the outcome `orr`");
    assert_eq!(under, "\"HR\"");
    assert!(help.starts_with("its measures are `RR`, `OR`"), "{help}");
    let wrong = "measure = \"RR\"\npopulation = [\"itt\"]\n";
    let (message, _, _, help) = problem(&analysis(wrong));
    assert_eq!(message, "the outcome `orr` has no population `itt`");
    assert_eq!(help, "its populations are `ITT` or `evaluable`");
    let (message, _, _, help) =
        problem(&analysis("measure = \"RR\"\n").replace("outcome = \"orr\"", "outcome = \"or\""));
    assert_eq!(message, "there is no outcome `or`");
    assert_eq!(help, "did you mean `orr`?");
    let (message, ..) = problem(&OUTCOME.replace("\"orr\"", "\"year\""));
    assert_eq!(message, "the code `year` is of a characteristic");
    assert_eq!(
        problem(&OUTCOME.repeat(2)).0,
        "two outcomes have the code `orr`"
    );
}

#[test]
fn a_number_of_a_published_review_is_a_plain_decimal() {
    for (text, help) in [
        ("inf", ""),
        ("nan", ""),
        ("1e3", ""),
        ("0x10", ""),
        ("true", ""),
        ("\"0.5\"", "without the quotes: `estimate = 0.5`"),
    ] {
        let rest =
            format!("measure = \"RR\"\npublished = {{ estimate = {text}, source = \"p\" }}\n");
        let (message, _, _, got) = problem(&analysis(&rest));
        assert_eq!(message, "`estimate` must be a number", "{text}");
        assert_eq!(got, help, "{text}");
    }
    let (message, ..) = problem("[extraction]\nextractors = 3\n");
    assert_eq!(message, "`extractors` must be a whole number from 1 to 2");
}
