//! The rules on real publications of the anti-CD38 field, typed in by hand, and the properties
//! that hold for any input.

mod cases;
mod living;
mod properties;
mod spellings;
mod telling;

use super::*;
use crate::model::{Doi, Link, Pmid, RecordKind, RegistryId};

/// A record from `title | authors; ... | journal | year | volume | issue | pages | doi | pmid`,
/// with empty parts for what the source does not give.
fn record(line: &str) -> Record {
    let parts: Vec<&str> = line.split('|').map(str::trim).collect();
    let part = |n: usize| {
        parts
            .get(n)
            .filter(|p| !p.is_empty())
            .map(|p| (*p).to_owned())
    };
    Record {
        title: part(0),
        authors: part(1).map_or_else(Vec::new, |a| a.split("; ").map(str::to_owned).collect()),
        journal: part(2),
        year: part(3).and_then(|y| y.parse().ok()),
        volume: part(4),
        issue: part(5),
        pages: part(6),
        doi: part(7).and_then(|d| Doi::parse(&d).ok()),
        pmid: part(8).and_then(|p| Pmid::parse(&p).ok()),
        ..Record::default()
    }
}

fn entries(records: &[Record]) -> Vec<Entry<'_>> {
    records
        .iter()
        .zip(1..)
        .map(|(record, n)| Entry {
            id: RecordId(n),
            record,
            source: "a",
            new: true,
        })
        .collect()
}

fn run(records: &[Record]) -> Outcome {
    deduplicate(&entries(records), &BTreeMap::new(), &[])
}

/// The clusters that joins build, each by its lowest id; `reports` is where they start from.
fn clusters(
    ids: &[RecordId],
    reports: &BTreeMap<RecordId, RecordId>,
    joins: &[Join],
) -> BTreeMap<RecordId, RecordId> {
    let mut of: BTreeMap<RecordId, RecordId> = ids
        .iter()
        .map(|id| (*id, reports.get(id).copied().unwrap_or(*id)))
        .collect();
    for join in joins {
        let (a, b) = (of[&join.a], of[&join.b]);
        assert_ne!(a, b, "a join within one cluster: {join:?}");
        for report in of.values_mut().filter(|r| **r == a || **r == b) {
            *report = a.min(b);
        }
    }
    of
}

fn groups(records: &[Record]) -> Vec<Vec<u32>> {
    let ids: Vec<RecordId> = entries(records).iter().map(|e| e.id).collect();
    let mut groups: BTreeMap<RecordId, Vec<u32>> = BTreeMap::new();
    for (id, report) in clusters(&ids, &BTreeMap::new(), &run(records).joins) {
        groups.entry(report).or_default().push(id.0);
    }
    groups.into_values().collect()
}

/// The hand-typed set: each inner list is one publication as several sources write it.
fn set() -> Vec<Vec<Record>> {
    const ICARIA: &str = "Isatuximab plus pomalidomide and low-dose dexamethasone versus \
        pomalidomide and low-dose dexamethasone in patients with relapsed and refractory multiple \
        myeloma (ICARIA-MM): ";
    const CANDOR: &str = "Carfilzomib, dexamethasone, and daratumumab versus carfilzomib and \
        dexamethasone for patients with relapsed or refractory multiple myeloma (CANDOR): ";
    let lines: Vec<Vec<String>> = vec![
        vec![
            format!("{ICARIA}a randomised, multicentre, open-label, phase 3 study | Attal M; Richardson PG; Rajkumar SV; San-Miguel J | Lancet | 2019 | 394 | 10214 | 2096-2107 | 10.1016/s0140-6736(19)32556-5 | 31735560"),
            format!("{ICARIA}a randomised, multicentre, open-label, phase 3 study | Attal M.; Richardson P.G.; Rajkumar S.V.; San Miguel J. | The Lancet | 2019 | 394 | 10214 | 2096-107 | | "),
            format!("{}A Randomised, Multicentre, Open‐label, Phase 3 Study. | Attal, M; Richardson, PG; Rajkumar, SV; San-Miguel, J | LANCET | 2019 | 394 | 10214 | 2096 | https://doi.org/10.1016/S0140-6736(19)32556-5 | ", ICARIA.to_uppercase()),
        ],
        vec![
            format!("{ICARIA}follow-up analysis of a randomised, phase 3 study | Richardson PG; Perrot A; San-Miguel J; Beksac M | Lancet Oncol | 2022 | 23 | 3 | 416-427 | 10.1016/S1470-2045(22)00019-5 | 35151415"),
            format!("{ICARIA}follow-up analysis of a randomised, phase 3 study | Richardson, Paul G.; Perrot, Aurore | The Lancet Oncology | 2022 | 23 | 3 | 416-27 | | "),
        ],
        vec![
            format!("{CANDOR}results from a randomised, multicentre, open-label, phase 3 study | Dimopoulos M; Quach H; Mateos MV | Lancet | 2020 | 396 | 10245 | 186-197 | 10.1016/s0140-6736(20)30734-0 | 32682484"),
            format!("{CANDOR}results from a randomised, multicentre, open-label, phase 3 study | Dimopoulos M.; Quach H.; Mateos M.V. | The Lancet | 2020 | 396 | 10245 | 186-97 | | "),
        ],
        vec![format!("{CANDOR}updated outcomes from a randomised, multicentre, open-label, phase 3 study | Usmani SZ; Quach H; Mateos MV | Lancet Oncol | 2022 | 23 | 1 | 65-76 | | 34871550")],
        vec![
            "Daratumumab, Bortezomib, and Dexamethasone for Multiple Myeloma | Palumbo A; Chanan-Khan A; Weisel K | N Engl J Med | 2016 | 375 | 8 | 754-766 | | 27557302".into(),
            "Daratumumab, bortezomib, and dexamethasone for multiple myeloma | Palumbo, A.; Chanan-Khan, A.; Weisel, K. | New England Journal of Medicine | 2016 | 375 | 8 | 754-66 | | ".into(),
        ],
        vec!["Daratumumab plus bortezomib and dexamethasone versus bortezomib and dexamethasone in relapsed or refractory multiple myeloma: updated analysis of CASTOR | Spencer A; Lentzsch S; Weisel K | Haematologica | 2018 | 103 | 12 | 2079-2087 | 10.3324/haematol.2018.194118 | 30237264".into()],
        vec!["Daratumumab, Bortezomib, and Dexamethasone Versus Bortezomib and Dexamethasone in Patients With Previously Treated Multiple Myeloma: Three-year Follow-up of CASTOR | Mateos MV | Clin Lymphoma Myeloma Leuk | 2020 | | | | | 32482541".into()],
        vec!["Overall Survival With Daratumumab, Bortezomib, and Dexamethasone in Previously Treated Multiple Myeloma (CASTOR): A Randomized, Open-Label, Phase III Trial | Sonneveld P; Chanan-Khan A; Weisel K | J Clin Oncol | 2023 | 41 | 8 | 1600-1609 | 10.1200/JCO.21.02734 | 36413710".into()],
        vec!["Isatuximab-Based Therapy for Multiple Myeloma | | N Engl J Med | 2025 | | | | | 39879604".into()],
        vec![
            "Isatuximab-Based Therapy for Multiple Myeloma. Reply | | N Engl J Med | 2025 | | | | | 39879605".into(),
            "Isatuximab-based therapy for multiple myeloma. reply | | New England Journal of Medicine | 2025 | | | | | ".into(),
        ],
        vec!["Isatuximab plus bortezomib, lenalidomide, and dexamethasone for transplant-ineligible newly diagnosed multiple myeloma patients: a frailty subgroup analysis of the IMROZ trial | Manier S; Dimopoulos MA; Leleu XP; Moreau P | Haematologica | 2025 | | | | | ".into()],
        vec!["Erratum to: \"Isatuximab plus bortezomib, lenalidomide, and dexamethasone for transplant-ineligible newly diagnosed multiple myeloma patients: a frailty subgroup analysis of the IMROZ trial\" | Manier S; Dimopoulos MA; Leleu XP; Moreau P | Haematologica | 2026 | | | | 10.3324/haematol.2026.289422 | 42383667".into()],
        vec!["Talquetamab plus daratumumab for the treatment of relapsed or refractory multiple myeloma in the TRIMM-2 study | Chari A; van de Donk NWCJ; Dholaria B | Blood | 2025 | 146 | 24 | 2902-2913 | | ".into()],
        vec!["Chari A, van de Donk NWCJ, Dholaria B, et al. Talquetamab plus daratumumab for the treatment of relapsed or refractory multiple myeloma in the TRIMM-2 study. Blood. 2025;146(24):2902-2913 | | Blood | 2026 | | | | 10.1182/blood.2026034830 | 42390868".into()],
        vec![
            "Prognostic impact of cytogenetic abnormalities detected by FISH in AL amyloidosis with daratumumab-based frontline therapy | Chakraborty R; Zanwar S; Hegenbart U | Blood | 2024 | 144 | 25 | 2613-2624 | | 39197073".into(),
            "Prognostic impact of cytogenetic abnormalities by FISH in AL amyloidosis with daratumumab-based frontline therapy | | Blood | 2024 | | | | | 39197073".into(),
        ],
    ];
    lines
        .iter()
        .map(|group| group.iter().map(|line| record(line)).collect())
        .collect()
}
