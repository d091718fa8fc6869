//! The tool as data: questions with when they are asked, rules in order.

use super::Plain::{N, NA, NI, Y};
use super::{Asked, Domain, Effect, Question, Rule, Test};
use crate::appraise::read::ROB2;
use crate::model::Judgement::{High, Low, SomeConcerns};

const fn always(id: &'static str, prompt: &'static str) -> Question {
    asked(id, prompt, Asked::Always)
}

const fn asked(id: &'static str, prompt: &'static str, asked: Asked) -> Question {
    Question {
        id,
        prompt,
        asked,
        no_information: true,
        applicable: false,
    }
}

const fn if_applicable(id: &'static str, prompt: &'static str, when: Asked) -> Question {
    Question {
        applicable: true,
        ..asked(id, prompt, when)
    }
}

const RANDOMISATION: &[Question] = &[
    always("1.1", "Was the allocation sequence random?"),
    always(
        "1.2",
        "Was the sequence concealed until participants were enrolled and assigned?",
    ),
    always(
        "1.3",
        "Do differences at baseline suggest a problem with the randomisation?",
    ),
];

const RANDOMISATION_RULES: &[&[Rule]] = &[&[
    Rule(&[Test("1.2", &[N])], High),
    Rule(&[Test("1.2", &[Y]), Test("1.1", &[N])], SomeConcerns),
    Rule(&[Test("1.2", &[Y]), Test("1.3", &[Y])], SomeConcerns),
    Rule(&[Test("1.2", &[Y]), Test("1.3", &[N, NI])], Low),
    Rule(&[Test("1.2", &[NI]), Test("1.3", &[Y])], High),
    Rule(&[Test("1.2", &[NI]), Test("1.3", &[N, NI])], SomeConcerns),
]];

const AWARE: Asked = Asked::Any(&[Test("2.1", &[Y, NI]), Test("2.2", &[Y, NI])]);

const ASSIGNMENT: &[Question] = &[
    always(
        "2.1",
        "Did participants know during the trial what they were assigned to?",
    ),
    always(
        "2.2",
        "Did carers and those who gave the interventions know it?",
    ),
    asked(
        "2.3",
        "Were there deviations from the intended intervention because of the trial context?",
        AWARE,
    ),
    asked(
        "2.4",
        "Were these deviations likely to have affected the outcome?",
        Asked::All(&[Test("2.3", &[Y])]),
    ),
    asked(
        "2.5",
        "Were these deviations balanced between the groups?",
        Asked::All(&[Test("2.4", &[Y, NI])]),
    ),
    always(
        "2.6",
        "Was the analysis appropriate for the effect of assignment?",
    ),
    asked(
        "2.7",
        "Could analysing participants in the wrong group have had a substantial impact?",
        Asked::All(&[Test("2.6", &[N, NI])]),
    ),
];

const ASSIGNMENT_RULES: &[&[Rule]] = &[
    &[
        Rule(&[Test("2.1", &[N]), Test("2.2", &[N])], Low),
        Rule(&[Test("2.3", &[N])], Low),
        Rule(&[Test("2.3", &[NI])], SomeConcerns),
        Rule(&[Test("2.3", &[Y]), Test("2.4", &[N])], SomeConcerns),
        Rule(&[Test("2.4", &[Y, NI]), Test("2.5", &[Y])], SomeConcerns),
        Rule(&[Test("2.4", &[Y, NI]), Test("2.5", &[N, NI])], High),
    ],
    &[
        Rule(&[Test("2.6", &[Y])], Low),
        Rule(&[Test("2.6", &[N, NI]), Test("2.7", &[N])], SomeConcerns),
        Rule(&[Test("2.6", &[N, NI]), Test("2.7", &[Y, NI])], High),
    ],
];

const ADHERING: &[Question] = &[
    always(
        "2.1",
        "Did participants know during the trial what they were assigned to?",
    ),
    always(
        "2.2",
        "Did carers and those who gave the interventions know it?",
    ),
    if_applicable(
        "2.3",
        "If applicable: were important non-protocol interventions balanced between the groups?",
        AWARE,
    ),
    if_applicable(
        "2.4",
        "If applicable: were there failures in giving the intervention that could affect the outcome?",
        Asked::Always,
    ),
    if_applicable(
        "2.5",
        "If applicable: was there non-adherence that could affect the outcome?",
        Asked::Always,
    ),
    asked(
        "2.6",
        "Was the analysis appropriate for the effect of adhering?",
        Asked::Any(&[
            Test("2.3", &[N, NI]),
            Test("2.4", &[Y, NI]),
            Test("2.5", &[Y, NI]),
        ]),
    ),
];

const ADHERING_RULES: &[&[Rule]] = &[&[
    Rule(
        &[
            Test("2.1", &[Y, N, NI]),
            Test("2.2", &[Y, N, NI]),
            Test("2.3", &[Y, NA]),
            Test("2.4", &[N, NA]),
            Test("2.5", &[N, NA]),
        ],
        Low,
    ),
    Rule(&[Test("2.6", &[Y])], SomeConcerns),
    Rule(&[Test("2.6", &[N, NI])], High),
]];

const MISSING: &[Question] = &[
    always(
        "3.1",
        "Were outcome data available for all, or nearly all, who were randomised?",
    ),
    Question {
        no_information: false,
        ..asked(
            "3.2",
            "Is there evidence that missing data did not bias the result?",
            Asked::All(&[Test("3.1", &[N, NI])]),
        )
    },
    asked(
        "3.3",
        "Could missingness depend on the true value of the outcome?",
        Asked::All(&[Test("3.2", &[N])]),
    ),
    asked(
        "3.4",
        "Is it likely that missingness depended on the true value?",
        Asked::All(&[Test("3.3", &[Y, NI])]),
    ),
];

const MISSING_RULES: &[&[Rule]] = &[&[
    Rule(&[Test("3.1", &[Y])], Low),
    Rule(&[Test("3.2", &[Y])], Low),
    Rule(&[Test("3.3", &[N])], Low),
    Rule(&[Test("3.3", &[Y, NI]), Test("3.4", &[N])], SomeConcerns),
    Rule(&[Test("3.3", &[Y, NI]), Test("3.4", &[Y, NI])], High),
]];

const MEASUREMENT: &[Question] = &[
    always(
        "4.1",
        "Was the method of measuring the outcome inappropriate?",
    ),
    always("4.2", "Could measurement have differed between the groups?"),
    asked(
        "4.3",
        "Did outcome assessors know which intervention was received?",
        Asked::All(&[Test("4.1", &[N, NI]), Test("4.2", &[N, NI])]),
    ),
    asked(
        "4.4",
        "Could that knowledge have influenced the assessment?",
        Asked::All(&[Test("4.3", &[Y, NI])]),
    ),
    asked(
        "4.5",
        "Is it likely that it did?",
        Asked::All(&[Test("4.4", &[Y, NI])]),
    ),
];

const MEASUREMENT_RULES: &[&[Rule]] = &[&[
    Rule(&[Test("4.1", &[Y])], High),
    Rule(&[Test("4.2", &[Y])], High),
    Rule(&[Test("4.2", &[N]), Test("4.3", &[N])], Low),
    Rule(&[Test("4.2", &[N]), Test("4.4", &[N])], Low),
    // No information on whether measurement differed: what would be low are some concerns.
    Rule(&[Test("4.2", &[NI]), Test("4.3", &[N])], SomeConcerns),
    Rule(&[Test("4.2", &[NI]), Test("4.4", &[N])], SomeConcerns),
    Rule(&[Test("4.5", &[N])], SomeConcerns),
    Rule(&[Test("4.5", &[Y, NI])], High),
]];

const SELECTION: &[Question] = &[
    always(
        "5.1",
        "Did the analysis follow a plan that was final before unblinded data were seen?",
    ),
    always(
        "5.2",
        "Is the result likely to be selected from several measurements?",
    ),
    always(
        "5.3",
        "Is the result likely to be selected from several analyses?",
    ),
];

const SELECTION_RULES: &[&[Rule]] = &[&[
    Rule(&[Test("5.2", &[Y])], High),
    Rule(&[Test("5.3", &[Y])], High),
    Rule(&[Test("5.2", &[NI])], SomeConcerns),
    Rule(&[Test("5.3", &[NI])], SomeConcerns),
    Rule(&[Test("5.1", &[Y])], Low),
    Rule(&[Test("5.1", &[N, NI])], SomeConcerns),
]];

const fn tool(questions: &'static [Question], parts: &'static [&'static [Rule]]) -> [Domain; 5] {
    let [one, two, three, four, five] = ROB2;
    [
        Domain {
            short: "D1",
            name: one,
            questions: RANDOMISATION,
            parts: RANDOMISATION_RULES,
        },
        Domain {
            short: "D2",
            name: two,
            questions,
            parts,
        },
        Domain {
            short: "D3",
            name: three,
            questions: MISSING,
            parts: MISSING_RULES,
        },
        Domain {
            short: "D4",
            name: four,
            questions: MEASUREMENT,
            parts: MEASUREMENT_RULES,
        },
        Domain {
            short: "D5",
            name: five,
            questions: SELECTION,
            parts: SELECTION_RULES,
        },
    ]
}

static OF_ASSIGNMENT: [Domain; 5] = tool(ASSIGNMENT, ASSIGNMENT_RULES);
static OF_ADHERING: [Domain; 5] = tool(ADHERING, ADHERING_RULES);

/// The domains of RoB 2 in order, with the questions of domain 2 for this effect of interest.
pub fn domains(effect: Effect) -> &'static [Domain] {
    match effect {
        Effect::Assignment => &OF_ASSIGNMENT,
        Effect::Adhering => &OF_ADHERING,
    }
}
