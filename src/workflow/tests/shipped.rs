//! The list of keys, the two workflows that we ship, and texts that nobody would write.

use crate::model::{Role, SourceKind};
use crate::workflow::read::Reader;
use crate::workflow::schema::kind::{Kind, Need};
use crate::workflow::*;
use proptest::prelude::*;
use toml::de::DeValue;

#[test]
fn every_table_of_the_reference_is_checked_by_the_validator() {
    let opens = |k: &&Key| matches!(k.kind, Kind::Table | Kind::Tables);
    for table in reference().iter().filter(opens) {
        // A table below a list of tables needs one of the list above it.
        let above = reference().iter().find(|k| k.opens() == table.table);
        let above = above.filter(|k| k.kind == Kind::Tables).map(Key::written);
        let above = above.unwrap_or_default();
        let text = format!("{above}\n{}\nzzzzzz = 1\n", table.written());
        let found = Workflow::load(&text, "w").unwrap_err();
        let unknown = found.iter().any(|p| p.message == "unknown key `zzzzzz`");
        assert!(unknown, "{} is never opened", table.written());
    }
}

#[test]
fn every_key_of_the_reference_is_of_a_table_and_its_default_fits() {
    for key in reference() {
        let opened = reference().iter().any(|k| k.opens() == key.table);
        assert!(key.table.is_empty() || opened, "{}", key.table);
        assert!(key.meaning.ends_with('.'), "{}", key.name);
        if let Need::Default(text) = key.need {
            let value = DeValue::parse(text).unwrap();
            let found = check::problems(&Reader::new("", "w"), key, &value);
            assert!(found.is_empty(), "{} {found:?}", key.name);
        }
    }
}

#[test]
fn the_words_of_the_reference_are_those_of_the_types() {
    let words = |table, name| match schema::find(table, name).unwrap().kind {
        Kind::Word(words) | Kind::Words(words) | Kind::Schedule(words) => words.to_vec(),
        _ => panic!("{table}.{name}"),
    };
    let kinds = SourceKind::ALL.map(SourceKind::as_str);
    assert_eq!(words("source", "kind"), kinds);
    for word in words("living", "screening") {
        assert_eq!(crate::model::Schedule::read(word).unwrap().as_str(), word);
        let is_search = words("living", "search").contains(&word);
        assert_eq!(is_search, word != "each-update");
    }
    assert_eq!(
        words("living", "status"),
        LivingStatus::ALL.map(LivingStatus::as_str)
    );
    let boxes = [RemovalBox::Automation, RemovalBox::Other].map(RemovalBox::as_str);
    assert_eq!(words("filter.rule", "box"), boxes);
    assert_eq!(
        words("outcome", "type"),
        OutcomeType::ALL.map(OutcomeType::as_str)
    );
    assert_eq!(
        words("outcome", "direction"),
        Direction::ALL.map(Direction::as_str)
    );
    assert_eq!(
        words("analysis", "otherwise"),
        Otherwise::ALL.map(Otherwise::as_str)
    );
    let of_types = OutcomeType::ALL.map(OutcomeType::measures).concat();
    for measure in words("analysis", "measure") {
        assert!(of_types.contains(&measure), "{measure}");
    }
    for role in words("screening", "adjudicators") {
        assert!(role.parse::<Role>().is_ok());
    }
}

#[test]
fn the_reference_page_lists_every_key() {
    insta::assert_snapshot!("reference", reference_markdown());
}

#[test]
fn this_repository_is_a_valid_workspace() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("workflow.toml")).unwrap();
    let workflow = Workflow::load(&text, "workflow.toml").unwrap();
    workflow
        .check_files(|path| root.join(path).is_file(), &[])
        .unwrap();
    assert!(workflow.review.demonstration);
    assert_eq!(workflow.replay_from.as_deref(), Some("db/example"));
    let names: Vec<&str> = workflow.sources.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "PubMed",
            "Embase",
            "Web of Science",
            "CENTRAL",
            "ClinicalTrials.gov",
            "Reference lists",
            "Conference proceedings"
        ]
    );
    for file in workflow.query_files() {
        let text = std::fs::read_to_string(root.join(file)).unwrap();
        let sent = crate::strategy::strategy(&text, file).unwrap();
        assert!(!sent.contains("# "), "{file}: {sent}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(
        text in "[ \\[\\]{}=\"'\\.,#\\na-c1é_-]{0,60}",
        at in 0_usize..4000,
        cut in 0_usize..40,
    ) {
        let base = template::files("x").swap_remove(0).1;
        let from = base.floor_char_boundary(at.min(base.len()));
        let to = base.ceil_char_boundary((from + cut).min(base.len()));
        let mutated = format!("{}{text}{}", &base[..from], &base[to..]);
        for whole in [&mutated, &text] {
            if let Err(found) = Workflow::load(whole, "workflow.toml") {
                prop_assert!(!found.is_empty());
                for one in found {
                    prop_assert!(one.span.start <= one.span.end && one.span.end <= whole.len());
                    prop_assert!(whole.get(one.span).is_some());
                }
            }
        }
    }
}
