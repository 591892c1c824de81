//! The model room: turns words and numbers into probabilities with reasons.
//! It never knows the law of incidents, SQL, files, a network or a clock.

mod category;
mod corpus;
mod evaluate;
mod evidence;
mod fit;
mod labels;
mod learn;
mod model;
mod prior;
mod report;
mod risk;
mod text;
mod vocabulary;

pub use category::{Category, UnknownCategory};
pub use corpus::{Corpus, CorpusError, Sets};
pub use evaluate::{Evaluation, Measures, Speed, Split, ToBeat, Trial, YesMeasures, evaluate};
pub use model::{Model, ModelFileError, Probabilities, Reason, Score, Training, shipped};
pub use report::{Channel, Report, SiteHistory, TillFindings, TillMoment};
