//! Momentum as the frameworks write it is Sutskever's, and a particle: Derivation (46), (47), (48), (61), (62).

mod clipping;
mod identities;
mod particle;
mod recorded;
mod recorded_options;
mod refusals;
mod schedules;
mod steps;
mod weight_decay;
