//! The words and shapes of every tool of robvis.

use super::*;
use crate::model::Judgement::{
    Critical, High, Low, Moderate, NoInformation, NotApplicable, NotAssessed, Serious,
    SomeConcerns, Unclear, VeryHigh,
};

fn first(table: &str) -> Vec<Judgement> {
    let read = read(table.as_bytes()).unwrap();
    let study = read.studies.first().unwrap();
    study.domains.iter().copied().chain(study.overall).collect()
}

#[test]
fn every_tools_words_are_read() {
    for (table, want) in [
        // The words of robvis's examples: RoB 2, ROBINS-I, RoB 1, cluster trials, ROBINS-E.
        (
            "Study,D1,D2,D3,D4,D5,Overall,Weights\nA,Low,Some concerns,High,No information,Low,High,33.3\n",
            vec![Low, SomeConcerns, High, NoInformation, Low, High],
        ),
        (
            "Study,D1,D2,D3,D4,D5,D6,D7,Overall\nA,Critical,Moderate,Serious,Low,No information,Low,Low,Critical\n",
            vec![
                Critical,
                Moderate,
                Serious,
                Low,
                NoInformation,
                Low,
                Low,
                Critical,
            ],
        ),
        (
            "Study,Random sequence generation.,Blinding.,Overall,Weight\nA,Unclear,High,Low,1\n",
            vec![Unclear, High, Low],
        ),
        (
            "Study,D1,D1b,D2,D3,D4,D5,Overall\nA,Low,High,Low,Low,Not applicable,Low,High\n",
            vec![Low, High, Low, Low, NotApplicable, Low, High],
        ),
        (
            "Study,D1,D2,D3,D4,D5,D6,D7\nA,Very high,High,Some concerns,Low,Low,Low,Low\n",
            vec![VeryHigh, High, SomeConcerns, Low, Low, Low, Low],
        ),
        // Initials: S is serious beside the words of ROBINS-I.
        ("Study,D1,D2,D3\nA,L,S,H\n", vec![Low, SomeConcerns, High]),
        ("Study,D1,D2,D3\nA,L,S,C\n", vec![Low, Serious, Critical]),
        (
            "Study,D1,D2,D3\nA,l,sc,ni\n",
            vec![Low, SomeConcerns, NoInformation],
        ),
        (
            "Study,D1,D2,D3\nA,U,M,N/A\n",
            vec![Unclear, Moderate, NotApplicable],
        ),
        // Signs: Cochrane's, and robvis's where there is an x.
        (
            "Study,D1,D2,D3,D4\nA,+,!,-,?\n",
            vec![Low, SomeConcerns, High, Unclear],
        ),
        (
            "Study,D1,D2,D3,D4,D5\nA,+,-,x,?,!\n",
            vec![Low, SomeConcerns, High, NoInformation, Critical],
        ),
        // As people write them.
        (
            "Study,D1,D2,D3\nA,low risk,HIGH RISK OF BIAS,Unclear risk of bias.\n",
            vec![Low, High, Unclear],
        ),
        ("Study,D1,D2\nA,,NA\n", vec![NotAssessed, NotAssessed]),
    ] {
        assert_eq!(first(table), want, "{table}");
    }
}

#[test]
fn every_shape_is_read() {
    for table in [
        "Study,D1,D2,Overall,Weight\nA,Low,High,High,2\n",
        "STUDY;D1;D2;Overall bias;Weight (%)\nA;Low;High;High;2\n",
        "D1\tTrial\tD2\tOverall risk of bias\nLow\tA\tHigh\tHigh\n",
        "Reference,D1,D2,Overall judgement\nA,Low,High,High\n",
        "Whatever,D1,D2,Overall\nA,Low,High,High\n",
        "study,result,domain,judgement,path\nA,pfs,D1,Low,x\nA,pfs,D2,High,y\nA,pfs,Overall,High,z\n",
        "Study,Domain (judgement): D1,Domain (support): D1,Domain (judgement): D2,Overall\n\
         A,Low,because,High,High\n",
    ] {
        assert_eq!(first(table), [Low, High, High], "{table}");
        let read = read(table.as_bytes()).unwrap();
        let shorts = read.domains.iter().map(|domain| domain.short.as_str());
        assert_eq!(shorts.collect::<Vec<_>>(), ["D1", "D2"], "{table}");
        assert_eq!(read.studies[0].label, "A", "{table}");
    }
}

#[test]
fn the_tool_is_known_by_its_domains_and_what_is_said_twice_is_refused() {
    let tool = |table: &str| read(table.as_bytes()).unwrap().tool;
    let cluster = tool("Study,D1,D1b,D2,D3,D4,D5\nA,L,L,L,L,L,L\n");
    assert_eq!(cluster.as_deref(), Some("RoB 2, cluster trials"));
    let exposures = tool("Study,D1,D2,D3,D4,D5,D6,D7\nA,VH,L,L,L,L,L,L\n");
    assert_eq!(exposures.as_deref(), Some("ROBINS-E"));
    for (table, want) in [
        (
            "Study,D1,Overall,Overall risk of bias\nA,Low,Low,High\n",
            "two columns say one thing: Overall, Overall risk of bias",
        ),
        (
            "study,domain,judgement\nA,D1,Low\nA,D1,High\n",
            "A is judged twice in D1",
        ),
        (
            "study,result,domain,judgement\nA,pfs,D1,Low\nA,os,D2,High\n",
            "several results (pfs, os)",
        ),
    ] {
        let fault = read(table.as_bytes()).unwrap_err().to_string();
        assert!(fault.contains(want), "{fault}");
    }
}
