//! The law: what may happen and what is then true.
//! Never knows tokio, SQL, HTTP, files, the environment, the clock, randomness or any protocol.

pub mod actor;
pub mod category;
pub mod fact;
pub mod faults;
pub mod id;
pub mod incident;
pub mod moment;
pub mod organisation;
pub mod permission;
pub mod personal;
mod text;
pub mod time;

pub use actor::{Actor, ActorId, Reach, Role};
pub use category::Category;
pub use fact::{Event, Fact, Stream};
pub use faults::{Fault, Faults};
pub use id::{
    AreaId, DeliveryId, DeviceId, IncidentId, PersonId, PolicyId, QueueId, RegionId, ScheduleId,
    SiteId,
};
pub use incident::Incident;
pub use moment::Moment;
pub use organisation::Organisation;
pub use permission::{Action, Scope};
pub use personal::Personal;
pub use time::Time;
