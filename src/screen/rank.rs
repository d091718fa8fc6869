//! The order of reading of one person: learned from what is settled and from their own decisions on
//! title and abstract, and from nothing else. No open vote of another moves a place.
//!
//! A report that went forward is relevant, one that was excluded is not. Labels stand in the order in
//! which the log took them: an own decision at its own time, unless the report was settled otherwise.
//! The models rest in [`Ranks`] and can be made again from the log at any time.

use super::ScreenError;
use crate::model::{Choice, Digest, PersonId, Phase, RecordId};
use crate::rank::forecast::{self, Forecast};
use crate::rank::order::{Memory, Placed, Pool, Reading, Reason, Scoring};
use crate::rank::stopping;
use crate::store::Reader;
use crate::store::read::Person;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

const PHASE: Phase = Phase::TitleAbstract;

/// Models at rest, for all who read in one review. An empty one gives the same orders, later.
#[derive(Debug, Default)]
pub struct Ranks {
    kept: Mutex<Option<Kept>>,
}

#[derive(Debug)]
struct Kept {
    reports: Arc<Reports>,
    memories: BTreeMap<Option<PersonId>, Memory>,
}

/// The reports of a review, as far as they came to be screened.
#[derive(Debug)]
struct Reports {
    question: String,
    /// Each report, with the hash of what is read of it.
    shape: Vec<(RecordId, Digest)>,
    pool: Pool,
    /// A number for each that has nothing to do with what it says.
    chance: Vec<u64>,
}

impl Reports {
    fn read(
        reader: Reader<'_>,
        shape: Vec<(RecordId, Digest)>,
        question: &str,
    ) -> Result<Self, ScreenError> {
        let (mut reading, mut chance) = (Reading::default(), Vec::new());
        for (report, hash) in &shape {
            let record = reader.content(*hash)?.unwrap_or_default();
            reading.push(
                record.title.as_deref().unwrap_or_default(),
                record.abstract_text.as_deref().unwrap_or_default(),
            );
            chance.push(drawn(*report));
        }
        Ok(Self {
            question: question.to_owned(),
            pool: reading.done(question),
            shape,
            chance,
        })
    }
}

/// A number drawn for a report, the same on every machine.
fn drawn(report: RecordId) -> u64 {
    let digest = Digest::of(format!("drawn {report}").as_bytes());
    let first = digest.0.iter().take(8);
    first.fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
}

/// What an order was learned from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Learned {
    /// Reports that went forward.
    pub forward: usize,
    /// Reports that were excluded.
    pub excluded: usize,
    /// How many of both are decisions of this person on reports that are not settled.
    pub own: usize,
}

impl Learned {
    /// All labels.
    pub fn all(&self) -> usize {
        self.forward + self.excluded
    }
}

/// An order of reading.
#[derive(Debug, Clone)]
pub struct Ranking {
    reports: Arc<Reports>,
    scoring: Scoring,
    /// Labels in the order of the log, and from which on no version holds them.
    known: Vec<(usize, bool)>,
    since: usize,
    /// What is still to read, first to last.
    pub placed: Vec<(RecordId, Placed)>,
    /// What it was learned from.
    pub learned: Learned,
}

impl Ranking {
    /// Whether nothing excluded was known, so that reports stand by their likeness to the question and
    /// to what went forward.
    pub fn by_likeness(&self) -> bool {
        self.scoring.by_likeness
    }

    /// Whether a report has no abstract.
    pub fn is_bare(&self, placed: &Placed) -> bool {
        self.reports.pool.is_bare(placed.report)
    }

    /// What is likely left, and what tests of stopping say.
    pub fn outlook(&self) -> Outlook {
        let open: Vec<usize> = self.placed.iter().map(|(_, at)| at.report).collect();
        let read = self.known.get(self.since..).unwrap_or_default();
        let labels: Vec<bool> = read.iter().map(|(_, forward)| *forward).collect();
        let all = labels.len() + open.len();
        Outlook {
            forecast: forecast::forecast(&self.reports.pool, &self.known, &open),
            read: labels.len(),
            found: labels.iter().filter(|forward| **forward).count(),
            tests: TARGETS.map(|target| (target, stopping::buscar(&labels, all, target))),
        }
    }

    /// The place of a report, from 1, with what moved it, the strongest first.
    pub fn why(&self, report: RecordId) -> Option<(usize, Placed, Vec<Reason>)> {
        let at = self.placed.iter().position(|(one, _)| *one == report)?;
        let (_, placed) = self.placed.get(at)?;
        let why = self.reports.pool.why(&self.scoring, placed.report);
        Some((at + 1, *placed, why))
    }
}

/// Shares of what goes forward that a rule for stopping is asked for.
const TARGETS: [f64; 2] = [0.95, 0.8];

/// What is likely left.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    /// The forecast; none where too few went forward.
    pub forecast: Option<Forecast>,
    /// Reports decided since the last version.
    pub read: usize,
    /// How many of them went forward.
    pub found: usize,
    /// For each share of what goes forward the p of BUSCAR that it was not yet found; none where it
    /// cannot be missed.
    pub tests: [(f64, Option<f64>); 2],
}

/// A label, and the number of the event that made it.
type Label = (u64, usize, bool);

/// The labels that a person may learn from, in the order of the log.
fn labels(
    reader: Reader<'_>,
    person: Option<&Person>,
    numbers: &HashMap<RecordId, usize>,
) -> Result<(Vec<Label>, usize), ScreenError> {
    let own = match person {
        Some(person) => reader.own_decisions(person.id, PHASE)?,
        None => Vec::new(),
    };
    let own: HashMap<RecordId, (u64, bool)> = own
        .into_iter()
        .map(|vote| (vote.report, (vote.seq.0, vote.choice != Choice::Exclude)))
        .collect();
    let mut out: Vec<Label> = Vec::new();
    let mut settled = HashSet::new();
    for (report, forward, seq) in reader.settled_titles()? {
        settled.insert(report);
        let seq = match own.get(&report) {
            Some((own, choice)) if *choice == forward => *own,
            _ => seq,
        };
        if let Some(number) = numbers.get(&report) {
            out.push((seq, *number, forward));
        }
    }
    let before = out.len();
    for (report, (seq, forward)) in own {
        if let Some(number) = numbers.get(&report).filter(|_| !settled.contains(&report)) {
            out.push((seq, *number, forward));
        }
    }
    let open = out.len() - before;
    out.sort_unstable();
    Ok((out, open))
}

impl Ranks {
    /// The order in which `person` reads what they have still to decide on; without a person, the order
    /// of all that is open, from what is settled. `question` is the text of what is looked for.
    pub fn ranking(
        &self,
        reader: Reader<'_>,
        person: Option<&Person>,
        question: &str,
    ) -> Result<Ranking, ScreenError> {
        let screened = reader.screened()?;
        let id = person.map(|person| person.id);
        let version = reader.last_of_kind("version_published")?;
        let version = version.map_or(0, |(seq, _)| seq.0);
        let (reports, mut memory) = self.take(reader, screened, id, question)?;
        let numbers: HashMap<RecordId, usize> = reports
            .shape
            .iter()
            .enumerate()
            .map(|(number, (report, _))| (*report, number))
            .collect();
        let (labels, own) = labels(reader, person, &numbers)?;
        let known: Vec<(usize, bool)> = labels
            .iter()
            .map(|(_, report, forward)| (*report, *forward))
            .collect();
        let scoring = reports.pool.learn(&known, &mut memory);
        self.give_back(&reports, id, memory);
        let decided: HashSet<usize> = known.iter().map(|(report, _)| *report).collect();
        let open: Vec<usize> = reader
            .open_reports(PHASE)?
            .into_iter()
            .filter_map(|(report, _)| numbers.get(&report).copied())
            .filter(|report| !decided.contains(report))
            .collect();
        let order = reports
            .pool
            .order(&scoring, &open, &reports.chance, known.len());
        let placed = order
            .into_iter()
            .filter_map(|one| Some((reports.shape.get(one.report)?.0, one)))
            .collect();
        let forward = labels.iter().filter(|(_, _, forward)| *forward).count();
        Ok(Ranking {
            scoring,
            since: labels.partition_point(|(seq, _, _)| *seq <= version),
            known,
            placed,
            learned: Learned {
                forward,
                excluded: labels.len() - forward,
                own,
            },
            reports,
        })
    }

    /// The reports as they are now, and what was learned of them for a person.
    fn take(
        &self,
        reader: Reader<'_>,
        shape: Vec<(RecordId, Digest)>,
        id: Option<PersonId>,
        question: &str,
    ) -> Result<(Arc<Reports>, Memory), ScreenError> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = kept.as_mut()
            && kept.reports.shape == shape
            && kept.reports.question == question
        {
            let memory = kept.memories.remove(&id).unwrap_or_default();
            return Ok((Arc::clone(&kept.reports), memory));
        }
        // Whoever comes meanwhile waits for the same texts.
        let reports = Arc::new(Reports::read(reader, shape, question)?);
        *kept = Some(Kept {
            reports: Arc::clone(&reports),
            memories: BTreeMap::new(),
        });
        Ok((reports, Memory::default()))
    }

    fn give_back(&self, reports: &Arc<Reports>, id: Option<PersonId>, memory: Memory) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = kept.as_mut()
            && Arc::ptr_eq(&kept.reports, reports)
        {
            kept.memories.insert(id, memory);
        }
    }
}
