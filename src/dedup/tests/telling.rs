//! What tells two documents apart, and what only looks as if it did.

use super::*;

const TEXT: &str = "Rats of an invented strain were exposed to mild stress during six weeks and \
    compared with animals kept in standard cages. Sucrose preference, weight and grooming were \
    measured every seven days by observers unaware of the group. Preference fell in stressed animals.";

/// A record of `title` with the rest of it as for all; `more` has further columns.
fn titled(title: &str, rest: &str) -> Record {
    record(&format!("{title} | {rest}"))
}

fn judge(a: &Record, b: &Record) -> Judgement {
    let (forth, back) = (explain(a, b), explain(b, a));
    assert_eq!(forth.judgement, back.judgement, "{a:?} {b:?}");
    let joined = !run(&[a.clone(), b.clone()]).joins.is_empty();
    assert_eq!(joined, forth.judgement == Judgement::Same, "{a:?} {b:?}");
    forth.judgement
}

#[test]
fn letters_numbers_and_opposites_hold_documents_apart() {
    for (one, two) in [
        (
            "Influenza A virus infection in recipients of a transplant",
            "Influenza B virus infection in recipients of a transplant",
        ),
        (
            "Vitamin D supplementation in preterm infants",
            "Vitamin E supplementation in preterm infants",
        ),
        (
            "Hepatitis B vaccination in adults with HIV",
            "Hepatitis C vaccination in adults with HIV",
        ),
        (
            "HLA-A alleles and sample disease in Oslo",
            "HLA-B alleles and sample disease in Oslo",
        ),
        (
            "Human herpesvirus 6A in sample disease",
            "Human herpesvirus 6B in sample disease",
        ),
        (
            "Type A personality and sample disease",
            "Type B personality and sample disease",
        ),
        (
            "Sample disease in children: Part A",
            "Sample disease in children: Part B",
        ),
        (
            "Sample disease in children: Part II",
            "Sample disease in children: Part III",
        ),
        (
            "Phase I trial of examplimab in adults",
            "Phase II trial of examplimab in adults",
        ),
        (
            "Examplimab in cohort 1 of the sample study",
            "Examplimab in cohort 2 of the sample study",
        ),
        (
            "The sample survey, wave three: smoking and sleep",
            "The sample survey, wave four: smoking and sleep",
        ),
        (
            "Mortality from sample disease, 1998-2003",
            "Mortality from sample disease, 1998-2004",
        ),
        (
            "Outcomes of treated sample disease in adults",
            "Outcomes of untreated sample disease in adults",
        ),
        (
            "Surgery for sample disease in smoking patients",
            "Surgery for sample disease in nonsmoking patients",
        ),
        (
            "Surgery for sample disease in smoking patients",
            "Surgery for sample disease in non-smoking patients",
        ),
        (
            "Symptomatic sample disease of the carotid artery",
            "Asymptomatic sample disease of the carotid artery",
        ),
        (
            "Examplimab with radiotherapy for sample disease",
            "Examplimab without radiotherapy for sample disease",
        ),
        (
            "Quality of life before surgery for sample disease",
            "Quality of life after surgery for sample disease",
        ),
        (
            "Examplimab in acute sample disease of the lung",
            "Examplimab in chronic sample disease of the lung",
        ),
        (
            "Risk factors for sample disease in men of Oslo",
            "Risk factors for sample disease in women of Oslo",
        ),
        (
            "Hypoglycaemia after sample surgery in adults",
            "Hyperglycaemia after sample surgery in adults",
        ),
        (
            "Intravenous examplimab in invented disease",
            "Oral examplimab in invented disease",
        ),
        (
            "Left sided sample lesions of the brain",
            "Right sided sample lesions of the brain",
        ),
        (
            "Alpha blockers for sample disease of the bladder",
            "Beta blockers for sample disease of the bladder",
        ),
        (
            "Stage IIIA sample disease of the lung in adults",
            "Stage IIIB sample disease of the lung in adults",
        ),
        (
            "Phase Ib study of examplimab in older adults",
            "Phase IIb study of examplimab in older adults",
        ),
        (
            "HER2+ sample tumours and survival in Oslo",
            "HER2- sample tumours and survival in Oslo",
        ),
        (
            "Seropositive sample arthritis in HIV-positive men",
            "Seropositive sample arthritis in HIV- men",
        ),
        (
            "Abnormal findings in a cohort of older adults",
            "Normal findings in a cohort of older adults",
        ),
    ] {
        for rest in [
            "Rossi M; Bianchi L; Verdi G | J Examples | 2014 | 10 | suppl 1 | S12",
            "Rossi M; Bianchi L; Verdi G | J Examples | 2014 | 10 | 2 | 100-109",
            "Rossi M; Bianchi L; Verdi G | J Examples | 2014 | 10 | 2 |",
        ] {
            let (a, b) = (titled(one, rest), titled(two, rest));
            assert_ne!(judge(&a, &b), Judgement::Same, "{one} / {two} | {rest}");
        }
        // Even one DOI and the same text leave a question at most.
        let rest =
            "Rossi M; Bianchi L; Verdi G | J Examples | 2014 | 10 | 2 | 100-109 | 10.5555/x.1";
        let full = |title: &str| Record {
            abstract_text: Some(TEXT.into()),
            ..titled(title, rest)
        };
        assert_ne!(
            judge(&full(one), &full(two)),
            Judgement::Same,
            "{one} / {two}"
        );
    }
}

#[test]
fn the_same_letter_in_another_spelling_is_no_difference() {
    for (one, two) in [
        (
            "Influenza A virus infection in recipients of lungs",
            "Influenza A virus infection in recipients of lungs.",
        ),
        (
            "HEPATITIS A VACCINATION IN ADULTS WITH HIV",
            "Hepatitis A vaccination in adults with HIV",
        ),
        (
            "Use of a vaccine in adults with sample disease",
            "Use of vaccine in adults with sample disease",
        ),
        (
            "Sample disease in children: Part II",
            "Sample disease in children: part 2",
        ),
        (
            "Nondiabetic patients with sample disease",
            "Non-diabetic patients with sample disease",
        ),
        (
            "Effects of Δ9-THC on sample behaviour in rats",
            "Effects of delta-9-THC on sample behavior in rats",
        ),
        (
            "Effects of D9-THC on sample behaviour in rats",
            "Effects of delta(9)-THC on sample behaviour in rats",
        ),
        (
            "The µ-opioid receptor in sample disease of rats",
            "The micro-opioid receptor in sample disease of rats",
        ),
        (
            "The mu-opioid receptor in sample disease of rats",
            "The m-opioid receptor in sample disease of rats",
        ),
        (
            "Regulation of sample disease by NK1 receptors",
            "Regulation of sample disease by NKI receptors",
        ),
        (
            "Binding of examplimab to the 5-HT1A receptor",
            "Binding of examplimab to the 5-HT(1A) receptor",
        ),
        (
            "A randomised trial of examplimab in adults",
            "A randomized trial of examplimab in adults",
        ),
        (
            "Electrophysiologic effects of examplimab in dogs",
            "Electrophysiological effects of examplimab in dogs",
        ),
    ] {
        let rest = "Rossi M; Bianchi L; Verdi G | J Examples | 2014 | 10 | 2 | 100-109";
        assert_eq!(
            judge(&titled(one, rest), &titled(two, rest)),
            Judgement::Same,
            "{one} / {two}"
        );
    }
}

#[test]
fn entries_of_a_register_are_told_apart_by_their_numbers_alone() {
    let entry = |number: &str, journal: &str, author: &str, column: bool| Record {
        authors: vec![author.to_owned()],
        journal: Some(journal.to_owned()),
        registry: column
            .then(|| RegistryId::parse(number).unwrap())
            .into_iter()
            .collect(),
        ..record("A study of examplimab in participants with moderate disease | | | 2017")
    };
    for (make, name) in [
        (
            &(|n: &str| {
                entry(
                    n,
                    &format!("https://clinicaltrials.gov/show/{n}"),
                    "",
                    false,
                )
            }) as &dyn Fn(&str) -> Record,
            "address",
        ),
        (
            &|n: &str| entry(n, "ClinicalTrials.gov", "Sponsor X", true),
            "column",
        ),
        (
            &|n: &str| entry(n, "Invented register", &format!("{n},"), false),
            "author",
        ),
        (
            &|n: &str| Record {
                abstract_text: Some(format!("Registered as {n}.")),
                ..entry("NCT03000009", "Lancet", "Novak A", false)
            },
            "abstract",
        ),
    ] {
        let (one, two) = (make("NCT03000001"), make("NCT03000002"));
        assert_ne!(judge(&one, &two), Judgement::Same, "{name}");
        assert_eq!(judge(&one, &one.clone()), Judgement::Same, "{name}");
    }
}

#[test]
fn an_article_with_two_numbers_is_a_question() {
    let article = |number: &str| Record {
        registry: vec![RegistryId::parse(number).unwrap()],
        ..record(
            "Efficacy and safety of examplimab in sample disease | Rossi M; Bianchi L | J Examples | 2014 | 10 | 2 | 5-9",
        )
    };
    let judged = |a, b| judge(&article(a), &article(b));
    assert_eq!(judged("NCT00598182", "NCT00758160"), Judgement::Uncertain);
    assert_eq!(judged("NCT00598182", "NCT00598182"), Judgement::Same);
    // The numbers of two registers may be one trial's.
    assert_eq!(judged("NCT00598182", "2014-002272-88"), Judgement::Same);
}

#[test]
fn a_doi_of_a_supplement_is_no_proof() {
    let talk = |title: &str, author: &str, pages: &str, text: &str| Record {
        abstract_text: Some(text.into()),
        ..record(&format!(
            "{title} | {author} | Invented Pulmonol | 2014 | 37 | | {pages} | 10.5555/s.1"
        ))
    };
    let other = "Whether the treatment should be offered to children remains disputed between centres. \
        This talk argues against routine offers because no trial was powered for asthma control, \
        harms were poorly recorded and cheaper alternatives exist for most families.";
    let one = talk(
        "Immunotherapy is useful in childhood asthma",
        "Novak U",
        "S4-S5",
        TEXT,
    );
    for two in [
        talk(
            "Immunotherapy is useful in childhood asthma (con)",
            "Berg S",
            "S5-S6",
            other,
        ),
        talk(
            "Immunotherapy is useful in childhood asthma",
            "Berg S",
            "S5-S6",
            other,
        ),
        talk(
            "Immunotherapy is useful in childhood asthma",
            "Berg S",
            "S4-S5",
            other,
        ),
    ] {
        assert_ne!(judge(&one, &two), Judgement::Same);
    }
    let copy = talk(
        "Immunotherapy is useful in childhood asthma.",
        "Novak, Ute",
        "S4",
        TEXT,
    );
    assert_eq!(judge(&one, &copy), Judgement::Same);
}

#[test]
fn records_without_content_equal_nothing() {
    for title in [
        "Issues and Opinions",
        "Editorial",
        "Announcements",
        "In brief",
    ] {
        let bare = titled(title, "| Invented Quarterly | 1990 | 12 | 4");
        assert_eq!(judge(&bare, &bare.clone()), Judgement::Different, "{title}");
        let paged = titled(title, "| Invented Quarterly | 1990 | 12 | 4 | 201-203");
        assert_eq!(judge(&paged, &paged.clone()), Judgement::Same, "{title}");
    }
    let told = titled(
        "Drift of invented markers in long cohort studies",
        "| J Examples | 1990",
    );
    assert_eq!(judge(&told, &told.clone()), Judgement::Same);
}

#[test]
fn dates_of_a_spreadsheet_are_no_pages() {
    let paper = |journal: &str, volume: &str, pages: &str| {
        record(&format!(
            "Restraint in invented models: systematic review | Novak H; Berg S; Lind N | {journal} | 2013 | {volume} | | {pages}"
        ))
    };
    for (p, q) in [
        ("03-Dec", "Dec-13"),
        ("03-Dec", "03-Dec"),
        ("2-Mar", "Mar-02"),
        ("Jan-13", "13-Jan"),
    ] {
        let (a, b) = (
            paper("Invented Neural Repair", "27", p),
            paper("J Invented Stroke", "8", q),
        );
        assert_ne!(judge(&a, &b), Judgement::Same, "{p} {q}");
    }
    let (a, b) = (
        paper("Invented Neural Repair", "27", "06-Oct"),
        paper("Invented Neural Repair", "27", "6-10"),
    );
    assert_eq!(judge(&a, &b), Judgement::Same);
}

#[test]
fn words_that_are_nearly_alike_are_no_misprints_on_a_page_that_many_share() {
    for (one, two) in [
        (
            "Prednisone for acute hearing loss in older adults",
            "Prednisolone for acute hearing loss in older adults",
        ),
        (
            "Chloroquine for prevention of malaria in travellers",
            "Hydroxychloroquine for prevention of malaria in travellers",
        ),
        (
            "KRAS mutations in sample disease of older adults",
            "NRAS mutations in sample disease of older adults",
        ),
        (
            "Estradiol and density of bone in older women",
            "Estriol and density of bone in older women",
        ),
    ] {
        let rest = "Rossi M; Bianchi L; Verdi G | J Examples | 2014 | 10 | suppl 1 | S12";
        let (a, b) = (titled(one, rest), titled(two, rest));
        assert_ne!(judge(&a, &b), Judgement::Same, "{one} / {two}");
    }
    let rest = "Rossi M; Bianchi L; Verdi G | J Examples | 2014 | 10 | suppl 1 | S12";
    let (a, b) = (
        titled("Control of malignant effusions in sample disease", rest),
        titled("Control of malignant effusion in sample diseases", rest),
    );
    assert_eq!(judge(&a, &b), Judgement::Same);
}

#[test]
fn the_same_words_in_another_order_say_another_thing() {
    for (one, two) in [
        (
            "Risk of diabetes in patients with depression",
            "Risk of depression in patients with diabetes",
        ),
        (
            "Switching from warfarin to apixaban in older adults",
            "Switching from apixaban to warfarin in older adults",
        ),
        (
            "Does anxiety predict asthma in young adults",
            "Does asthma predict anxiety in young adults",
        ),
    ] {
        for rest in [
            "Rossi M; Bianchi L; Verdi G | J Examples | 2014",
            "Rossi M; Bianchi L; Verdi G | J Examples | 2014 | 10 | 2 |",
        ] {
            let (a, b) = (titled(one, rest), titled(two, rest));
            assert_ne!(judge(&a, &b), Judgement::Same, "{one} / {two} | {rest}");
        }
    }
    let rest = "Rossi M; Bianchi L; Verdi G | J Examples | 2014 | 10 | 2 | 100-109";
    let (a, b) = (
        titled("Honey for cough in children: a randomised trial", rest),
        titled("A randomised trial: honey for cough in children", rest),
    );
    assert_eq!(judge(&a, &b), Judgement::Same);
}

#[test]
fn pages_of_a_section_are_no_papers_own() {
    for (one, two, rest) in [
        (
            "Efficacy of cefotaxime in neonatal sepsis of Oslo",
            "Efficacy of ceftazidime in neonatal sepsis of Oslo",
            "Rossi M; Bianchi L | Blood | 2012 | 120 | Suppl 1 | S1-S350",
        ),
        (
            "Open repair of sample hernia in older adults",
            "Laparoscopic repair of sample hernia in older adults",
            "Rossi M; Bianchi L | Gut | 2012 | 61 | 2 | A1-A40",
        ),
        (
            "Anti-gliadin IgG in a sample syndrome of children",
            "Anti-gliadin IgA in a sample syndrome of children",
            "Rossi M; Bianchi L | Gut | 2012 | 61 | Suppl 1 | S45",
        ),
        (
            "Exposure to PM10 and weight at birth in Oslo",
            "Exposure to PM2.5 and weight at birth in Oslo",
            "Rossi M; Bianchi L | Gut | 2012 | 61 | Suppl 1 | S45",
        ),
        (
            "Stigma in sample disease: a quantitative study",
            "Stigma in sample disease: a qualitative study",
            "Rossi M; Bianchi L | Gut | 2012 | 61 | Suppl 1 | S45",
        ),
    ] {
        let (a, b) = (titled(one, rest), titled(two, rest));
        assert_ne!(judge(&a, &b), Judgement::Same, "{one} / {two}");
    }
}

#[test]
fn a_thesis_a_notice_and_a_mistaken_pmid_are_no_copies() {
    let rest = "Rossi M | J Examples | 2014 |";
    let title = "Vitamin D in sepsis of newborn children";
    let paper = titled(title, rest);
    for kind in [
        "Thesis",
        "Published Erratum",
        "Retraction of Publication",
        "Preprint",
    ] {
        let other = Record {
            publication_types: vec![kind.into()],
            ..paper.clone()
        };
        assert_ne!(judge(&paper, &other), Judgement::Same, "{kind}");
    }
    let pmid = Some(crate::model::Pmid::parse("22869830").unwrap());
    let (a, b) = (
        Record {
            pmid: pmid.clone(),
            ..titled(
                "Asthma in farmers of a valley",
                "Berg A | Thorax | 2012 | 67 | 1 | 1-9",
            )
        },
        Record {
            pmid,
            ..titled(
                "Leukaemia in cats of Rome",
                "Lind C | Vet J | 1999 | 3 | 2 | 40-44",
            )
        },
    );
    assert_eq!(judge(&a, &b), Judgement::Uncertain);
}

#[test]
fn a_slip_needs_the_same_text_or_the_same_place() {
    let paper = |title: &str, rest: &str, text: bool| Record {
        abstract_text: text.then(|| TEXT.into()),
        ..titled(title, rest)
    };
    for (one, two) in [
        (
            "Origin of each cylce of activity in the invented cord",
            "Origin of each cycle of activity in the invented cord",
        ),
        (
            "The ventiiatory response to invented hypoxia in dogs",
            "The ventilatory response to invented hypoxia in dogs",
        ),
        (
            "Treatment of invented rythm disorders in adults",
            "Treatment of invented rhythm disorders in adults",
        ),
    ] {
        let rest = "Novak Y; Berg G; Lind J | Invent One | 2007 | 2 | 5";
        let judged = |rest: &str, text| judge(&paper(one, rest, text), &paper(two, rest, text));
        assert_eq!(judged(rest, true), Judgement::Same, "{one}");
        assert_eq!(
            judged(&format!("{rest} | 100-109"), false),
            Judgement::Same,
            "{one}"
        );
        assert_eq!(judged(rest, false), Judgement::Uncertain, "{one}");
    }
}

#[test]
fn hostile_records_cost_no_more_than_others() {
    let long = |n: u32, words: usize| Record {
        title: Some(
            (0..words)
                .map(|w| (w * 7 % 9973 + usize::try_from(n).unwrap()).to_string())
                .collect::<Vec<_>>()
                .join(" word"),
        ),
        ..record(&format!(
            "x | Novak A | J | 2001 | 1 | 2 | {}-{}",
            20 * n + 3,
            20 * n + 9
        ))
    };
    let records: Vec<Record> = (0..2)
        .map(|n| long(n, 100_000))
        .chain((100..160).map(|n| long(n, 5000)))
        .collect();
    assert!(run(&records).joins.is_empty());
    let same = long(1, 5000);
    assert_eq!(run(&[same.clone(), same]).joins.len(), 1);
    let one =
        record("Frailty and examplimab in invented disease | Novak A | J | 2001 | 1 | 2 | 3-9");
    assert_eq!(run(&vec![one; 3000]).joins.len(), 2999);
}
