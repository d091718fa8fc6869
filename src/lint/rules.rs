//! The list of rules, in the order in which a report groups them.

mod arms;
mod automation;
mod blinding;
mod bound;
mod centre;
mod chi2_p;
mod declared_model;
mod denominators;
mod double;
mod events;
mod few_studies;
mod flow_full_text_reasons;
mod flow_included;
mod flow_other;
mod flow_pooled;
mod flow_removed;
mod flow_retrieved;
mod flow_screened;
mod flow_screening_reasons;
mod flow_sources;
mod flow_studies;
mod flow_total;
mod flow_witnesses;
mod grim;
mod hardy_weinberg;
mod i2_p;
mod information;
mod interaction;
mod largest_i2;
mod mean;
mod model_rule;
mod number_of_studies;
mod one_study;
mod other_reasons;
mod other_sources;
mod outside;
mod p_interval;
mod partition;
mod per_database;
mod per_result;
mod percent;
mod places;
mod possible;
mod q_i2;
mod q_p;
mod q_parts;
mod range_of_studies;
mod recompute;
mod recompute_i2;
mod registration;
mod repeated;
mod scope;
mod study_interval;
mod study_recompute;
mod sum;
mod t_p;
mod tool;
mod unit;
mod unusable_data;
mod weights;
mod words_of_heterogeneity;
mod z_p;

use super::rule::Rule;

/// Every rule.
pub const RULES: [Rule; 62] = [
    flow_sources::RULE,
    flow_removed::RULE,
    flow_screened::RULE,
    flow_screening_reasons::RULE,
    flow_retrieved::RULE,
    flow_included::RULE,
    flow_full_text_reasons::RULE,
    flow_studies::RULE,
    flow_total::RULE,
    flow_pooled::RULE,
    flow_other::RULE,
    flow_witnesses::RULE,
    per_database::RULE,
    automation::RULE,
    other_reasons::RULE,
    unit::RULE,
    other_sources::RULE,
    possible::RULE,
    number_of_studies::RULE,
    one_study::RULE,
    i2_p::RULE,
    outside::RULE,
    centre::RULE,
    p_interval::RULE,
    range_of_studies::RULE,
    recompute::RULE,
    recompute_i2::RULE,
    model_rule::RULE,
    declared_model::RULE,
    places::RULE,
    words_of_heterogeneity::RULE,
    largest_i2::RULE,
    q_p::RULE,
    q_i2::RULE,
    chi2_p::RULE,
    z_p::RULE,
    t_p::RULE,
    q_parts::RULE,
    partition::RULE,
    information::RULE,
    interaction::RULE,
    few_studies::RULE,
    weights::RULE,
    study_interval::RULE,
    study_recompute::RULE,
    events::RULE,
    arms::RULE,
    repeated::RULE,
    double::RULE,
    sum::RULE,
    mean::RULE,
    percent::RULE,
    grim::RULE,
    bound::RULE,
    hardy_weinberg::RULE,
    denominators::RULE,
    blinding::RULE,
    tool::RULE,
    per_result::RULE,
    registration::RULE,
    scope::RULE,
    unusable_data::RULE,
];
