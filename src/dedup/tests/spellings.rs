//! Copies as other exports write them: source strings, shifted columns, names run together.

use super::*;

const TEXT: &str = "Participants of an invented cohort were followed for eleven years and compared \
    with neighbours of the same age. Blood pressure, sleep and grip strength were measured every \
    spring by nurses unaware of the hypothesis. Strength declined faster in those who slept badly.";

/// `title | authors | journal | year | volume | issue | pages | doi`, the authors as one string.
fn raw(line: &str, text: bool) -> Record {
    let authors = line.split('|').nth(1).unwrap_or_default().trim();
    Record {
        authors: (!authors.is_empty())
            .then(|| authors.to_owned())
            .into_iter()
            .collect(),
        abstract_text: text.then(|| TEXT.into()),
        ..record(line)
    }
}

fn judge(a: &Record, b: &Record) -> Judgement {
    let (forth, back) = (explain(a, b), explain(b, a));
    assert_eq!(forth.judgement, back.judgement, "{a:?} {b:?}");
    let joined = !run(&[a.clone(), b.clone()]).joins.is_empty();
    assert_eq!(joined, forth.judgement == Judgement::Same, "{forth}");
    forth.judgement
}

fn all_same(pairs: &[(&str, &str)], text: bool) {
    for (a, b) in pairs {
        let (a, b) = (raw(a, text), raw(b, text));
        assert_eq!(judge(&a, &b), Judgement::Same, "{}", explain(&a, &b));
    }
}

#[test]
fn a_source_string_in_the_journal_column_is_read() {
    all_same(
        &[
            (
                "Dolphins for low spirits? | | Invented men's health watch.10 (9) ()(pp 7) 2006.Date of Publication: Apr 2006. | 2006 | | 9 | 7",
                "Dolphins for low spirits? | | Invent.Mens.Health Watch. | 2006 | 10 | 9 | 7",
            ),
            (
                "Sleep and grip strength | NovakA.D.BergF. | Invented Ageing.41 (1-2) ()(pp 6-9) 1999.Date of Publication: 1999. | 1999 | | 01-Feb | 06-Sep",
                "Sleep and grip strength | Novak AD | Invent.Ageing. | 1999 | 41 | 1-2 | 6-9",
            ),
            (
                "Treating the invented brain | NovakE.R. | INV : the journal of the Invented Association.244 (19) ()(pp 2141-2143 2146-2147) 1980.Date of Publication: 1980. | 2146 | | 19 | 2141-2147",
                "Treating the invented brain | NovakE.R. | INV | 1980 | 244 | 19 | 2141-2147",
            ),
            (
                "Sleep and the strength of the invented grip | Novak A | Invent Ageing. 1999 Jan 29;41(2):544-6 | 1999",
                "Sleep and the strength of the invented grip | Novak A | Invented Ageing | 1999 | 41 | 2 | 544-546",
            ),
        ],
        false,
    );
}

#[test]
fn columns_pushed_by_one_are_read() {
    all_same(
        &[
            (
                "Sleep and the strength of the invented grip | NovakL.BergE.V. | Inventology.Conference: 22 Congress Oslo.Conference Start: 20090912 | 2009 | | var.pagings | S255",
                "Sleep and the strength of the invented grip | NovakL.BergE.V. | Inventology.Conference: 22 Congress Oslo.Conference Start: 20090912 | 2009 | 19 | pp S255 | 2009 | 10.5555/s.1",
            ),
            (
                "Sleep and the strength of the invented grip | Novak L. | Inventology | 2010 | 28 | 3 | 2010 | 10.5555/s.2",
                "Sleep and the strength of the invented grip | Novak L. | Inventology | 2010 | 28 | 3 | 307-323",
            ),
            (
                "Sleep and the strength of the invented grip | Novak L. | Inventology | 2010 | 68 | 2 | 15 | 10.5555/s.2",
                "Sleep and the strength of the invented grip | Novak L. | Inventology | 2010 | 68 | 2 | 205-208",
            ),
            (
                "Sleep and the strength of the invented grip | Novak L. | Inventology | 2011 | | 26 | 9",
                "Sleep and the strength of the invented grip | Novak L. | Inventology | 2011 | 26 | 9 | 1746-1751",
            ),
            (
                "Sleep and the strength of the invented grip | Novak L. | Inventology Database | 2015 | 2017 (6) (no pagination) | CD907028",
                "Sleep and the strength of the invented grip | Novak L. | Inventology Database | 2015 | 1 | | Cd907028",
            ),
        ],
        true,
    );
}

#[test]
fn a_volume_that_is_the_day_of_going_to_press_is_no_other_volume() {
    all_same(
        &[
            (
                "Assessment of platelets in invented fusion | Novak B. D.Berg C. | Annals of Invention. | 2015 | 21 | | | 10.5555/s.3",
                "Assessment of platelets in invented fusion | Novak B. D.Berg C. | Ann Invent | 2015 | 43 | 5 | 1057-70 | 10.5555/s.3",
            ),
            (
                "Assessment of platelets in invented fusion | Novak B. | Annals of Invention | 2014 | 7",
                "Assessment of platelets in invented fusion | Novak B. | Annals of Invention | 2015 | 43 | 5 | 1057-70",
            ),
            (
                "Assessment of platelets in invented fusion | Novak B. | Annals of Invention | 2015 | 31",
                "Assessment of platelets in invented fusion | Novak B. | Annals of Invention | 2015 | 112 | | 99",
            ),
        ],
        true,
    );
}

#[test]
fn names_run_together_are_the_same_people() {
    let shapes = [
        "Novak LiangBerg JulieLind Angela",
        "NovakL.BergJ.LindA.",
        "NovakL.X.BergJ.LindA.T.",
        "Novak L.Berg J.Lind A. T.",
        "Novak LBerg JLind AT",
        "Novak, Liang and Berg, Julie and Lind, Angela",
        "Novak L; Berg J; Lind A",
    ];
    for one in shapes {
        for two in shapes {
            let paper = |authors: &str| {
                raw(
                    &format!(
                        "Sleep and the strength of the invented grip | {authors} | Inventology | 2016 | 62 | 7"
                    ),
                    false,
                )
            };
            let (a, b) = (paper(one), paper(two));
            let parted = |r: &Record| Record {
                authors: r
                    .authors
                    .iter()
                    .flat_map(|a| a.split(" and "))
                    .flat_map(|a| a.split("; "))
                    .map(str::to_owned)
                    .collect(),
                ..r.clone()
            };
            assert_eq!(
                judge(&parted(&a), &parted(&b)),
                Judgement::Same,
                "{one} / {two}"
            );
        }
    }
}

#[test]
fn what_hangs_on_titles_and_dois_is_no_difference() {
    let rest = "Novak A. Y. | Invented Injury | 2011 | 25 | 2 | 169-178";
    for (one, two) in [
        (
            "Memory after invented injury: robustness of outcome.[Erratum appears in Invent Inj. 2013 Dec;27(12):1471]",
            "Memory after invented injury: robustness of outcome",
        ),
        (
            "Memory after invented injury: robustness of outcome.[Erratum appears in Invent Inj. 2013;27(12):1471]",
            "Memory after invented injury: robustness of outcome",
        ),
        (
            "Memory after invented injury: a case report [1]",
            "Memory after invented injury: a case report",
        ),
        (
            "Memory after invented injury of the left hand*",
            "Memory after invented injury of the left hand",
        ),
        (
            "Clinical review 138: Memory after invented injury",
            "Memory after invented injury",
        ),
        (
            "Invited Article - Memory after invented injury",
            "Memory after invented injury",
        ),
        (
            "Rapid communication: Memory after invented injury",
            "Memory after invented injury",
        ),
        (
            "[Memory after invented injury in Oslo]",
            "Memory after invented injury in Oslo. [Norwegian]",
        ),
        (
            "Stress decreasesimipramine binding in the invented cortex",
            "Stress decreases [3H]imipramine binding in the invented cortex",
        ),
    ] {
        let (a, b) = (titled(one, rest), titled(two, rest));
        assert_eq!(judge(&a, &b), Judgement::Same, "{}", explain(&a, &b));
    }
    let letters = "Novak A. Y. | Invented Injury | 2011 | 25 | 2 |";
    let (a, b) = (
        titled("Memory after invented injury of the hand [1]", letters),
        titled("Memory after invented injury of the hand [2]", letters),
    );
    assert_ne!(judge(&a, &b), Judgement::Same);
    let doi = |doi: &str| Record {
        doi: Some(Doi::parse(doi).unwrap()),
        ..titled(
            "Memory after invented injury",
            "Novak A | Invent Inj | 2011",
        )
    };
    let plain = doi("10.5555/0091-3057(75)90131-8");
    for text in [
        "http://dx.doi.org/10.5555/0091-3057%2875%2990131-8 and http://dx.doi.org/10.5555/0091-3057%2875%2990131-8",
        "10.5555/0091-3057(75)90131-8 [doi];000 [pii]",
    ] {
        assert_eq!(judge(&doi(text), &plain), Judgement::Same);
    }
}

fn titled(title: &str, rest: &str) -> Record {
    raw(&format!("{title} | {rest}"), false)
}

#[test]
fn what_one_side_lacks_is_no_conflict() {
    let same = |a: &str, b: &str, text| judge(&raw(a, text), &raw(b, text));
    let base = "Sleep and the strength of the invented grip";
    assert_eq!(
        same(
            &format!(
                "{base} | Novak R. and Berg D. | Front. Invent | 2017 | 8 | NOV | 814 | 10.5555/f.1"
            ),
            &format!("{base} | | Frontiers in inventions | 2017 | 8 | NOV"),
            true
        ),
        Judgement::Same
    );
    assert_eq!(
        same(
            &format!("{base} | Novak R. | Invent Sleep Res | 2017 | | | | 10.5555/f.1"),
            &format!("{base} | Novak R. | Invent Sleep Res | 2017 | 8 | 2 | 814-20 | 10.5555/f.1"),
            false
        ),
        Judgement::Same
    );
    assert_eq!(
        same(
            "| Novak, Steven | Invented Systems | 2018 | 27 | 6 | | 10.5555/s.1",
            &format!(
                "{base} | Novak, Steven | Invented Systems | 2018 | 27 | 6 | 654-669 | 10.5555/s.1"
            ),
            false
        ),
        Judgement::Uncertain
    );
    assert_eq!(
        same(
            &format!("{base} | Novak R. | Invent Sleep Res | 2018 | 27"),
            &format!(
                "{base} | Novak R. | Invent Sleep Res | 2018 | 27 (Supplement 1) | | 19 | 10.5555/s.1"
            ),
            false
        ),
        Judgement::Uncertain
    );
}

#[test]
fn every_repair_is_said() {
    let a = raw(
        "Sleep and grip | NovakA.D.BergF. | Inventology.41 (1) ()(pp 6-9) 1999.Date of Publication: 1999. | 1999 | | 1 | 06-Sep | 10.5555/s.1 [doi];0 [pii]",
        false,
    );
    let b = raw(
        "Sleep and grip | Novak AD; Berg F | Inventology | 1999 | 41 | pp 6-9 | 1999",
        false,
    );
    let explained = explain(&a, &b);
    let fields = |of: usize| {
        explained.repairs[of]
            .iter()
            .map(|r| r.field)
            .collect::<Vec<_>>()
    };
    // The tail of a DOI is cut where it is read, before anything is compared.
    assert_eq!(fields(0), ["journal", "authors"]);
    assert_eq!(fields(1), ["pages"]);
    assert!(
        explained.to_string().contains("first record: names"),
        "{explained}"
    );
}

#[test]
fn an_abstract_of_a_meeting_is_one_in_two_sources_words() {
    let title = "Sleep and the strength of the invented grip in old age";
    let meeting = format!(
        "{title} | Novak L; Berg J | Inventology.Conference: 39th Meeting of Inventors Oslo Norway. | 2010"
    );
    let same = |other: &str| {
        let (a, b) = (record(&meeting), record(other));
        judge(&a, &b)
    };
    for pages in ["507-507", "S131-S132", "S131"] {
        let other = format!("{title} | Novak L; Berg J | Inventology | 2010 | 71 | 6 | {pages} |");
        assert_eq!(same(&other), Judgement::Same, "{pages}");
    }
    // A paper of some pages is another text.
    let paper = format!("{title} | Novak L; Berg J | Inventology | 2010 | 71 | 6 | 507-515 |");
    assert_ne!(same(&paper), Judgement::Same);
    let elsewhere = format!("{title} | Novak L; Berg J | Acta Inventa | 2010 | 71 | 6 | 507-507 |");
    assert_ne!(same(&elsewhere), Judgement::Same);
}

#[test]
fn a_short_title_is_one_only_within_one_issue() {
    let paper = |issue: &str, author: &str| {
        record(&format!(
            "Faulty invented circuits | {author} | Invent Am | 2010 | 302 | {issue} |"
        ))
    };
    assert_eq!(
        judge(&paper("4", "Novak T"), &paper("4", "Novak, Tor")),
        Judgement::Same
    );
    assert_ne!(
        judge(&paper("4", "Novak T"), &paper("5", "Novak T")),
        Judgement::Same
    );
    assert_ne!(
        judge(&paper("4", "Novak T"), &paper("4", "Berg S")),
        Judgement::Same
    );
}
