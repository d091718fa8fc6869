//! Publications that must merge, must stay apart, or must be asked about.

use super::*;

fn judge(a: &str, b: &str) -> (Judgement, &'static str) {
    let (forth, back) = (
        explain(&record(a), &record(b)),
        explain(&record(b), &record(a)),
    );
    assert_eq!(
        (forth.judgement, forth.decided_by),
        (back.judgement, back.decided_by)
    );
    (forth.judgement, forth.decided_by)
}

#[test]
fn every_copy_of_a_publication_is_found_and_no_other_report_of_its_trial() {
    let mut want = Vec::new();
    let mut next = 1;
    for group in set() {
        let ids: Vec<u32> = (next..).take(group.len()).collect();
        next += u32::try_from(group.len()).unwrap();
        want.push(ids);
    }
    let records: Vec<Record> = set().into_iter().flatten().collect();
    assert_eq!(groups(&records), want);
    assert_eq!(run(&records).queue, []);
}

#[test]
fn errata_corrections_and_replies_are_linked_to_their_papers() {
    let records: Vec<Record> = set().into_iter().flatten().collect();
    let find = |start: &str| {
        let starts = |r: &Record| r.title.as_deref().unwrap().starts_with(start);
        RecordId(u32::try_from(records.iter().position(starts).unwrap()).unwrap() + 1)
    };
    let related: Vec<_> = run(&records)
        .relations
        .iter()
        .map(|r| (r.from, r.to, r.kind.as_str()))
        .collect();
    for (from, to) in [
        ("Erratum to", "Isatuximab plus bortezomib"),
        ("Chari A, van de Donk", "Talquetamab"),
        (
            "Isatuximab-Based Therapy for Multiple Myeloma. Reply",
            "Isatuximab-Based Therapy for",
        ),
    ] {
        assert!(
            related.contains(&(find(from), find(to), "notice-of")),
            "{from}"
        );
    }
    assert_eq!(related.len(), 3);
}

#[test]
fn links_that_pubmed_states_become_relations() {
    let link = |kind: &str, pmid: &str| Link {
        kind: kind.into(),
        pmid: Pmid::parse(pmid).ok(),
    };
    let mut paper = record("Paper of one kind on its own subject | A B | X | 2020 | | | | | 11111");
    paper.links = vec![link("RetractionIn", "22222"), link("CommentIn", "99999")];
    let mut notice = record("Notice | | X | 2021 | | | | | 22222");
    notice.links = vec![link("RetractionOf", "11111")];
    let relations = run(&[paper, notice]).relations;
    assert_eq!(relations.len(), 1);
    assert_eq!(
        (relations[0].from, relations[0].to, relations[0].kind),
        (RecordId(2), RecordId(1), RelationKind::NoticeOf)
    );
}

#[test]
fn versions_and_conference_abstracts_stay_apart_and_are_linked() {
    let cochrane = "Multiple drug combinations of bortezomib, lenalidomide, and thalidomide for multiple myeloma | Piechotta V; Jakob T | Cochrane Database Syst Rev";
    let preprint = "Subcutaneous daratumumab in practice: a registry of three hundred patients | Moore A; Berg B";
    let records = [
        record(&format!(
            "{cochrane} | 2013 | | | CD013487 | 10.1002/14651858.CD013487 | "
        )),
        record(&format!(
            "{cochrane} | 2019 | | | CD013487 | 10.1002/14651858.CD013487.pub2 | "
        )),
        record(&format!(
            "{preprint} | medRxiv | 2021 | | | | 10.1101/2021.01.01.21249999 | "
        )),
        record(&format!(
            "{preprint} | Blood Adv | 2022 | 6 | 1 | 10-20 | 10.1182/bloodadvances.1 | "
        )),
        record(
            "Updated analysis of daratumumab in renal failure | Usmani SZ; Chari A | Blood | 2019 | 134 | Suppl 1 | 1850 | | ",
        ),
        record(
            "Updated analysis of daratumumab in renal failure | Usmani SZ; Chari A | Leukemia | 2020 | 34 | 3 | 800-809 | | ",
        ),
    ];
    let outcome = run(&records);
    assert_eq!(outcome.joins, []);
    let related: Vec<_> = outcome
        .relations
        .iter()
        .map(|r| (r.from.0, r.to.0, r.kind.as_str()))
        .collect();
    assert_eq!(
        related,
        [(2, 1, "version"), (4, 3, "version"), (5, 6, "report-of")]
    );
}

#[test]
fn the_numbers_decide_where_titles_are_alike() {
    use Judgement::{Different, Same};
    let t = "Pulmonary gas exchange after daratumumab";
    for (a, b, want) in [
        // Part I and Part II
        (
            format!("{t}. Part I | Bay C | Chest | 2001 | 5 | 1 | 1-9"),
            format!("{t}. Part II | Bay C | Chest | 2001 | 5 | 1 | 10-19"),
            (Different, "part"),
        ),
        // another page and another volume
        (
            format!("{t} | Bay C | Chest | 2001 | 5 | 1 | 11-19"),
            format!("{t} | Bay C | Chest | 2001 | 6 | 1 | 40-44"),
            (Different, "place"),
        ),
        // Excel's pages, an article number beside pages, an early view
        (
            format!("{t} | Bay C | Chest | 2001 | 5 | 1 | 06-Oct"),
            format!("{t} | Bay, C. | CHEST | 2001 | 5 | 1 | 6-10"),
            (Same, "same-fields"),
        ),
        (
            format!("{t} | Bay C | Chest | 2001 | 5 | 1 | e12724"),
            format!("{t} | Bay C | Chest | 2001 | 5 | 1 | 6-10"),
            (Same, "title-issue"),
        ),
        (
            format!("{t} | Bay C | Chest | 2001 | 999 | 1 | | 10.1378/chest.1"),
            format!("{t} | Bay C | Chest | 2002 | 105 | 4 | 33-40 | 10.1378/chest.1"),
            (Same, "same-doi"),
        ),
        // one DOI for a whole supplement
        (
            "Osteopontin in remodelling | Duerr G | Cardiovasc Res | 2012 | 93 | suppl 1 | S72 | 10.1093/cvr/cvr334".into(),
            "Metallothionein and inflammation of mice | Duerr G | Cardiovasc Res | 2012 | 93 | suppl 1 | S72 | 10.1093/cvr/cvr334".into(),
            (Different, "title"),
        ),
        // women and men
        (
            "Outcome of daratumumab in elderly women with myeloma | Bay C | Chest | 2001 | 5 | 1 | 6-10".into(),
            "Outcome of daratumumab in elderly men with myeloma | Bay C | Chest | 2001 | 5 | 1 | 11-15".into(),
            (Different, "wording"),
        ),
    ] {
        assert_eq!(judge(&a, &b), want, "{a}");
    }
}

#[test]
fn translations_and_missing_subtitles_are_found() {
    use Judgement::Same;
    assert_eq!(
        judge(
            "Plattformökonomie und Crowdworking als Herausforderungen für das deutsche Modell | Greef, Samuel; Schroeder, Wolfgang | Industrielle Beziehungen | 2020 | 27 | 2 | 205-226",
            "Platform economy and crowdworking as challenges for the german model | Greef, S.; Schroeder, W. | Industrielle Beziehungen | 2020 | 27 | 2 | 205--226",
        ),
        (Same, "translated")
    );
    assert_eq!(
        judge(
            "Infrastructure in the Wild | Soden, Robert; Palen, Leysia | CHI Conference | 2016 | | | 2796-2807",
            "Infrastructure in the wild: What mapping in Nepal reveals | Soden, R.; Palen, L. | CHI Conference | 2016 | | | 2796--2807",
        ),
        (Same, "subtitle")
    );
}

#[test]
fn identical_records_merge_and_records_without_a_title_do_not() {
    let few = record("Clonal drift of plasma cells in mice | | Leukemia | 2004");
    let untitled = record(" | Wang GY; Wu S | Blood | 2001 | 280 | 1 | 384-391");
    let outcome = run(&[few.clone(), few, untitled.clone(), untitled]);
    assert_eq!(outcome.joins.len(), 1);
    assert_eq!(outcome.joins[0].rule, "identical");
}

#[test]
fn trial_entries_merge_by_their_number_only() {
    let trial = |id: &str, registry: &[&str]| Record {
        kind: RecordKind::Trial,
        source_id: Some(id.into()),
        registry: registry
            .iter()
            .map(|r| RegistryId::parse(r).unwrap())
            .collect(),
        ..record("Daratumumab in relapsed multiple myeloma | | | 2016")
    };
    let mut article = record("Daratumumab in relapsed multiple myeloma | | | 2016");
    article.registry = vec![RegistryId::parse("NCT02136134").unwrap()];
    let records = [
        trial("NCT02136134", &["NCT02136134"]),
        trial("NCT02076009", &["NCT02076009"]),
        trial("2014-000255-85", &["NCT02136134"]),
        trial("NCT09999999", &["NCT09999999", "NCT02136134"]),
        article,
        trial("NCT02136134", &["NCT02136134", "2014-000255-85"]),
    ];
    // Another register's entry of the same trial is another document.
    assert_eq!(
        groups(&records),
        [vec![1, 6], vec![2], vec![3], vec![4], vec![5]]
    );
}

#[test]
fn deleted_records_join_nothing() {
    let deleted = Record {
        kind: RecordKind::Deleted,
        ..record(" | | | | | | | | 31735560")
    };
    let records = [deleted, record("X | | | | | | | | 31735560")];
    assert_eq!(run(&records), Outcome::default());
}

#[test]
fn an_issue_column_that_is_a_running_number_does_not_count() {
    let titles = |n: usize| {
        format!(
            "Subject number {n} of its kind {}",
            "abcdefghij".repeat(n % 5 + 1)
        )
    };
    let line = |n: usize, issue: usize| {
        record(&format!(
            "{} | Author{n} A | Chest | 2001 | {n} | {issue} | {n}-{}",
            titles(n),
            n + 5
        ))
    };
    let records: Vec<Record> = (1..60)
        .flat_map(|n| [line(n, 2 * n), line(n, 2 * n + 1)])
        .collect();
    assert_eq!(run(&records).joins.len(), 59);
}

#[test]
fn a_question_names_the_field_that_stopped_the_rules() {
    let records = [
        record(
            "A careful study of plasma cell kinetics in light chain disease | Bay C; Moe D | Chest | 2001 | 5 | | 833-836",
        ),
        record(
            "A careful study of plasma cell kinetics in light chain disease | Bay C; Moe D | Chest | 2001 | 5 | | 12-16",
        ),
    ];
    let outcome = run(&records);
    assert_eq!(outcome.joins, []);
    assert_eq!(outcome.queue.len(), 1);
    assert_eq!(outcome.queue[0].why, "pages");
}

#[test]
fn publications_that_only_look_alike_are_never_merged() {
    let castor = "Daratumumab, bortezomib, and dexamethasone for multiple myeloma | Palumbo A; Chanan-Khan A; Weisel K | N Engl J Med | 2016 | 375 | 8 | 754-766 | 10.1056/NEJMoa1606038 | ";
    let gas = "Pulmonary gas exchange after daratumumab";
    let frail = "Frailty subgroup analysis of the IMROZ trial of isatuximab in myeloma";
    for (what, a, b) in [
        (
            "two trials of one group",
            castor.to_owned(),
            "Daratumumab, lenalidomide, and dexamethasone for multiple myeloma | Dimopoulos MA; Oriol A; Nahi H | N Engl J Med | 2016 | 375 | 14 | 1319-1331 | 10.1056/NEJMoa1607751 | ".to_owned(),
        ),
        (
            "Part I and Part II",
            format!("{gas}: Part I | Bay C; Moe D | Chest | 2001 | 5 | 1 | 1-9 | 10.1378/chest.1 | "),
            format!("{gas}: Part II | Bay C; Moe D | Chest | 2001 | 5 | 1 | 10-19 | 10.1378/chest.2 | "),
        ),
        (
            "Part I and Part II of which the sources say little",
            format!("{gas}: Part I | Bay C; Moe D | Chest | 2001 | | | | 10.1378/chest.1 | "),
            format!("{gas}: Part II | Bay C; Moe D | Chest | 2001 | | | | 10.1378/chest.2 | "),
        ),
        (
            "an article and its erratum",
            format!("{frail} | Manier S; Moreau P | Haematologica | 2025 | 110 | 3 | 700-709 | 10.3324/a | "),
            format!("Erratum to: {frail} | Manier S; Moreau P | Haematologica | 2025 | 110 | 9 | 2200 | 10.3324/b | "),
        ),
        (
            "an article and its erratum that repeats its place",
            format!("{frail} | Manier S; Moreau P | Haematologica | 2025 | 110 | 3 | 700-709 | | "),
            format!("{frail} (vol 110, pg 700, 2025) | Manier S; Moreau P | Haematologica | 2025 | 110 | 3 | 700 | | "),
        ),
        (
            "a conference abstract and its paper",
            format!("{frail} | Manier S; Moreau P | Blood | 2024 | 144 | Supplement 1 | 1850 | | "),
            format!("{frail} | Manier S; Moreau P | Haematologica | 2025 | 110 | 3 | 700-709 | | "),
        ),
        (
            "a conference abstract and its paper in one journal and year",
            format!("{frail} | Manier S; Moreau P | Haematologica | 2025 | 110 | Suppl 1 | S12 | | "),
            format!("{frail} | Manier S; Moreau P | Haematologica | 2025 | 110 | 3 | 700-709 | | "),
        ),
        (
            "abstracts of two meetings",
            format!("{frail} | Manier S; Moreau P | Blood | 2024 | 144 | Supplement 1 | 1850 | | "),
            format!("{frail} | Manier S; Moreau P | HemaSphere | 2024 | 8 | S1 | S203 | | "),
        ),
        (
            "abstracts of two meetings of one society",
            format!("{frail} | Manier S; Moreau P | Blood | 2023 | 142 | Supplement 1 | 1850 | | "),
            format!("{frail} | Manier S; Moreau P | Blood | 2024 | 144 | Supplement 1 | 1911 | | "),
        ),
        (
            "two abstracts on one page",
            "Hyperglycaemia in mice on daratumumab: a study of islets | Bay C; Moe D | Diabetes | 2012 | 61 | Suppl 1 | A237 | | ".to_owned(),
            "Hypoglycaemia in mice on daratumumab: a study of islets | Bay C; Moe D | Diabetes | 2012 | 61 | Suppl 1 | A237 | | ".to_owned(),
        ),
        (
            "two doses on one page",
            "Survival of mice on daratumumab 5 mg: a study of plasma cells | Bay C; Moe D | Diabetes | 2012 | 61 | Suppl 1 | A237 | | ".to_owned(),
            "Survival of mice on daratumumab 10 mg: a study of plasma cells | Bay C; Moe D | Diabetes | 2012 | 61 | Suppl 1 | A237 | | ".to_owned(),
        ),
        (
            "one column, issue by issue",
            "Remarks from the editor of this journal - Editor's comments | Lee AS | MIS Quarterly | 2000 | 24 | 1 | | | ".to_owned(),
            "Remarks from the editor of this journal - Editor's comments | Lee AS | MIS Quarterly | 2000 | 24 | 2 | | | ".to_owned(),
        ),
    ] {
        assert_ne!(judge(&a, &b).0, Judgement::Same, "{what}");
        assert_eq!(groups(&[record(&a), record(&b)]).len(), 2, "{what}");
    }
}

#[test]
fn pages_and_numbers_that_no_second_paper_can_have_make_one_publication() {
    for (a, b, rule) in [
        (
            "Moral hazards and effects of monitoring systems in labour markets | Liang C; Hong Y; Gu B | Hawaii International Conference on System Sciences | 2017 | | | 44-53",
            "Moral hazards and effects of enhanced monitoring in labour markets | Liang C; Hong Y; Gu B | 50th Annual Hawaii International Conference on System Sciences | 2017 | | | 44-53",
            "same-pages",
        ),
        (
            "Rating prediction for software developers by integrating communities | Ohsawa S; Matsuo Y | Jinko Chino Gakkai Ronbunshi | 2016 | 31 | 2 | ",
            "Rating prediction for software developers by integrating communities | Ohsawa S; Matsuo Y | Transactions of the Japanese Society for Artificial Intelligence | 2016 | 31 | 2 | A-F24",
            "title-number",
        ),
    ] {
        assert_eq!(judge(a, b), (Judgement::Same, rule));
    }
}
