//! Round trips, the shapes of the living samples, and faults with their place.

use super::{Column, TemplateError, read, write, write_columns};
use crate::prisma::*;

fn full() -> Counts {
    Counts {
        version: Some("2.1".to_owned()),
        previous: Some(Tally::new(8, 8)),
        identified: Identified {
            databases: Sources::of(vec![
                Named::new("PubMed", 171),
                Named::new("Web, of \"S\"", 13),
            ]),
            registers: Sources::of(vec![Named::new("ClinicalTrials.gov", 9)]),
            other: Sources::of(vec![
                Named::new("Websites", 1),
                Named::new("Citation searching", 4),
                Named::new("ASH abstracts", 7),
            ]),
        },
        removed: Removed {
            duplicates: 26,
            automation: Removals::of(vec![Named::new("Editorial", 3), Named::new("Animal", 5)]),
            other: Removals::of(vec![Named::new("No title", 1)]),
        },
        screened: 158,
        excluded: Excluded::split(110, 2),
        sought: 7,
        not_retrieved: 1,
        assessed: 5,
        excluded_full_text: Reasons::of(vec![
            Named::new("Overlapping cohort, sequential publication", 2),
            Named::new("Single-arm trial", 1),
        ]),
        other_methods: OtherMethods {
            duplicates: 3,
            excluded: 4,
            sought: 4,
            not_retrieved: 0,
            assessed: 3,
            excluded_full_text: Reasons::of(vec![Named::new("Wrong design", 1)]),
            pending: Pending {
                title_abstract: 1,
                retrieval: 1,
                ..Pending::default()
            },
        },
        included: Tally::new(2, 3),
        withdrawn: Tally::new(1, 2),
        total: Tally::new(9, 9),
        pending: Pending {
            title_abstract: 39,
            retrieval: 1,
            full_text: 1,
            before_screening: 0,
        },
        in_meta_analysis: Some((7, None)),
        ..Counts::default()
    }
    .finish_pooled(7)
}

fn only(text: &str) -> Counts {
    let mut columns = read(text).unwrap();
    assert_eq!(columns.len(), 1);
    columns.remove(0).counts
}

#[test]
fn everything_counts_say_survives_writing_and_reading() {
    assert_eq!(only(&write(&full())), full());
    assert!(
        full().identities.iter().all(|i| i.holds),
        "{:?}",
        full().identities
    );
    let mut one = full();
    one.other_methods = OtherMethods::default();
    one.identified.other = Sources::default();
    one.excluded = Excluded::total_only(112);
    one.excluded_full_text = Reasons::total_only(3);
    one.pending = Pending::default();
    let three = one.clone().finish();
    assert_eq!(three.template, Template::V3);
    assert_eq!(only(&write(&three)), three);
    one.previous = None;
    one.version = None;
    let new = one.finish();
    assert_eq!(new.template, Template::V1);
    assert_eq!(only(&write(&new)), new);
}

#[test]
fn zeroes_keep_their_template_and_unequal_totals_survive() {
    let empty = Counts {
        previous: Some(Tally::default()),
        identified: Identified {
            other: Sources::of(vec![Named::new("Websites", 0)]),
            ..Identified::default()
        },
        ..Counts::default()
    }
    .finish();
    assert_eq!(empty.template, Template::V4);
    assert_eq!(only(&write(&empty)), empty);
    let mut odd = full();
    odd.identified.other.total = 99;
    odd.excluded_full_text.total = 5;
    odd.other_methods.excluded_full_text.total = 6;
    odd.removed.automation.total = 1;
    let odd = odd.finish();
    assert_eq!(only(&write(&odd)), odd);
}

#[test]
fn a_plain_flow_is_exactly_the_rows_of_the_package() {
    let mut plain = full();
    plain.version = None;
    plain.excluded = Excluded::total_only(5);
    plain.pending = Pending::default();
    plain.withdrawn = Tally::default();
    plain.other_methods = OtherMethods::default();
    plain.identified.other = Sources::default();
    plain.removed.automation.by_rule.clear();
    plain.removed.other.by_rule.clear();
    let text = write(&plain.finish());
    let mut lines = text.lines();
    assert_eq!(
        lines.next(),
        Some("data,node,box,description,boxtext,tooltips,url,n")
    );
    assert_eq!(lines.clone().count(), 34);
    assert!(text.contains("\ndatabase_specific_results,NA,box2,"));
    assert!(text.contains(",\"PubMed, 171; Web, of \"\"S\"\", 13\"\n"));
    assert!(text.contains("\nwebsite_results,node17,box11,Records identified from: Websites,"));
}

#[test]
fn living_columns_are_read_one_by_one() {
    let text = "\u{feff}data,node,box,description,boxtext,tooltips,url,Base,Jan.2020\r\n\
        NA,node4,prevstud,x,Previous studies,x,prevstud.html,0,0\r\n\
        previous_studies,node5,box1,a,a,a,a,0,\r\n\
        previous_reports,NA,box1,a,a,NA,a,0,\r\n\
        database_results,node7,box2,a,a,a,a,90,35\r\n\
        register_results,NA,box2,a,a,a,a,10,15\r\n\
        website_results,node17,box11,a,a,a,a,0,2\r\n\
        organisation_results,,box11,a,a,NA,NA,7,0\r\n\
        citations_results,NA,box11,a,a,NA,NA,0,0\r\n\
        duplicates,node8,box3,a,a,a,a,0,6\r\n\
        excluded_automatic,NA,box3,a,a,a,a,10,2\r\n\
        excluded_other,NA,box3,a,a,a,a,0,2\r\n\
        records_screened,node9,box4,a,a,a,a,90,40\r\n\
        records_excluded,node10,box5,a,a,a,a,82,38\r\n\
        dbr_sought_reports,node11,box6,a,a,a,a,8,2\r\n\
        other_sought_reports,node18,box12,a,a,a,a,7,2\r\n\
        other_notretrieved_reports,node19,box13,a,a,a,a,1,1\r\n\
        dbr_assessed,node13,box8,a,a,a,a,8,2\r\n\
        dbr_excluded,node14,box9,a,a,a,a,\"Population, 2; Intervention, 1\",\"Intervention, 2\"\r\n\
        other_assessed,node20,box14,a,a,a,a,6,1\r\n\
        other_excluded,node21,box15,a,a,a,a,\"Design, 2\",0\r\n\
        new_studies,node15,box10,a,a,a,a,5,2\r\n\
        new_reports,NA,box10,a,a,NA,NA,9,2\r\n\
        total_studies,node22,box16,a,a,a,a,0,0\r\n\
        total_reports,NA,box16,a,a,a,a,0,0\r\n";
    let columns = read(text).unwrap();
    let names: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["Base", "Jan.2020"]);
    let broken = |c: &Column| -> Vec<String> {
        c.counts
            .identities
            .iter()
            .filter(|i| !i.holds)
            .map(|i| i.id.clone())
            .collect()
    };
    let [base, update] = columns.as_slice() else {
        panic!("two columns")
    };
    assert_eq!(base.counts.template, Template::V2);
    assert_eq!(base.counts.previous, None);
    assert_eq!(base.counts.total, Tally::new(5, 9));
    assert_eq!(
        base.counts.identified.other.by_source,
        [
            Named::new("Websites", 0),
            Named::new("Organisations", 7),
            Named::new("Citation searching", 0)
        ]
    );
    assert_eq!(
        base.counts.excluded_full_text.by_reason[1],
        Named::new("Intervention", 1)
    );
    assert!(broken(base).is_empty());
    // The fault of the published sample: 2 + 1 assessed, but 2 excluded and 2 included.
    assert_eq!(broken(update), ["I4"]);
    let again = read(&write_columns(&columns)).unwrap();
    assert_eq!(again, columns);
}

#[test]
fn the_empty_template_is_a_new_review_without_other_methods() {
    let text = "data,n\nprevious_studies,0\nprevious_reports,0\nwebsite_results,0\n\
        other_sought_reports,0\ndbr_excluded,\"Reason1, xxx; Reason2, xxx\"\ntotal_studies,0\n\
        total_studies_ma,0\n";
    let mut counts = only(text);
    assert!(counts.not_given.contains("screened"));
    counts.not_given.clear();
    assert_eq!(counts.finish(), Counts::default().finish());
}

#[test]
fn what_nobody_gave_is_not_0_and_decides_nothing() {
    let counts = only(
        "data,n\nprevious_studies,5\nprevious_reports,\ndatabase_results,100\nregister_results,NA\n\
         duplicates,10\nrecords_screened,80\nrecords_excluded,60\ndbr_sought_reports,20\n\
         dbr_notretrieved_reports,1\ndbr_assessed,19\ndbr_excluded,16\nnew_studies,3\nnew_reports,3\n\
         total_studies_ma,6\ntotal_reports_ma,7\n",
    );
    let off: Vec<&str> = counts.not_given.iter().map(String::as_str).collect();
    assert_eq!(
        off,
        [
            "identified.registers.total",
            "previous.reports",
            "removed.automation.total",
            "removed.other.total",
            "total.reports"
        ]
    );
    // 100 − 10 is not 80, but what else was removed is not known.
    assert!(counts.identities.iter().all(|identity| identity.holds));
    assert_eq!(counts.total.studies, 8);
    assert_eq!(counts.in_meta_analysis, Some((6, Some(7))));
    assert_eq!(only(&write(&counts)), counts);
}

#[test]
fn previous_0_is_a_new_review_and_columns_that_hold_no_counts_are_refused() {
    let new = only(
        "data,n\nprevious_studies,0\nprevious_reports,0\nnew_studies,8\nnew_reports,8\ntotal_studies,8\ntotal_reports,8\n",
    );
    assert_eq!((new.previous, new.template), (None, Template::V1));
    // Row names as R writes them are not counts.
    for head in ["", "X", "...1", "Unnamed: 0"] {
        let text = format!("{head},data,n\n1,records_screened,190\n2,records_excluded,167\n");
        assert_eq!(only(&text).screened, 190, "{head}");
    }
    for (text, name) in [
        (
            "data,n,notes\nrecords_screened,190,checked\nduplicates,3,by hand\n",
            "notes",
        ),
        ("data,n,2024\nrecords_screened,190,7\n", "2024"),
        (
            "data,comment\nrecords_screened,many\nduplicates,few\n",
            "comment",
        ),
    ] {
        let fault = read(text).unwrap_err().to_string();
        assert!(fault.contains(&format!("`{name}`")), "{fault}");
    }
    // The table to fill is one of the format, and says nothing.
    let empty = only(&super::template());
    assert_eq!(empty.screened, 0);
    assert!(empty.not_given.contains("screened") && empty.identities.iter().all(|i| i.holds));
}

#[test]
fn faults_name_line_and_column() {
    let cases = [
        (
            "data,node,n\nrecords_screened,NA,12a\n",
            "line 2, column 3 (n): `12a` is not a count",
        ),
        (
            "data,n\n\nrecords_screened,-1\n",
            "line 3, column 2 (n): `-1` is not a count",
        ),
        (
            "data,n\nrecords_screened,99999999999999999999\n",
            "line 2, column 2 (n): `99999999999999999999` is not a count",
        ),
        (
            "data,May,June\ndbr_excluded,3,\"Design, 2; Population\"\n",
            "line 2, column 3 (June): `Population` is not a count or a list like `Reason1, 12; \
             Reason2, 3`",
        ),
        (
            "data,n\ndbr_excluded,\"Design, 2; Population, xxx\"\n",
            "line 2, column 2 (n): `Design, 2; Population, xxx` is not a count or a list like \
             `Reason1, 12; Reason2, 3`",
        ),
        (
            "data,n\nrecord_screened,1\n",
            "line 2: unknown row `record_screened`",
        ),
        (
            "data,n\nduplicates,1\nduplicates,2\n",
            "line 3: row `duplicates` stands already in line 2",
        ),
        ("node,n\nx,1\n", "line 1: the head has no column data"),
        (
            "data,node\nduplicates,1\n",
            "line 1: the head has no column n",
        ),
        ("", "line 1: the head has no column data"),
        ("data,n\nNA,0\n", "no row names a box of PRISMA 2020"),
    ];
    for (text, message) in cases {
        assert_eq!(read(text).unwrap_err().to_string(), message, "{text}");
    }
    let fault: TemplateError = read(cases[0].0).unwrap_err();
    assert_eq!(fault.line(), Some(2));
}
