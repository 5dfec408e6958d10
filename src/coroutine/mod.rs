//! What a coroutine is: frames, sites, and the handles through which they are resumed.
//!
//! Nothing in this layer knows tasks or a scheduler.

mod resume_arg;
mod site;

pub use resume_arg::ResumeArg;
pub use site::Site;
