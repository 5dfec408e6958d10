//! The table of waits: those of each mode, and those that have none.

use crate::wait::Make;
use crate::{channel_waits, other_waits, sync_waits};

/// The same functions with the shared primitives and with the local ones, and their lists.
macro_rules! in_both_modes {
    ($layer:ident $(, $alias:ident: $shared:path, $local:path)?; $(fn $name:ident($instant:ident, $form:ident) $body:block)*) => {
        pub(crate) mod shared {
            $(use $shared as $alias;)?
            use coweave::$layer;

            use super::*;

            $(fn $name($instant: Instant, $form: Form) -> Wait $body)*

            pub(crate) const WAITS: &[(&str, Make)] = &[$((stringify!($name), $name)),*];
        }

        pub(crate) mod local {
            $(use $local as $alias;)?
            use coweave::$layer::local as $layer;

            use super::*;

            $(fn $name($instant: Instant, $form: Form) -> Wait $body)*

            pub(crate) const WAITS: &[(&str, Make)] = &[$((stringify!($name), $name)),*];
        }
    };
}
pub(crate) use in_both_modes;

pub(crate) fn shared() -> Vec<(&'static str, Make)> {
    [sync_waits::shared::WAITS, channel_waits::shared::WAITS, other_waits::WAITS].concat()
}

pub(crate) fn local() -> Vec<(&'static str, Make)> {
    [sync_waits::local::WAITS, channel_waits::local::WAITS, other_waits::WAITS].concat()
}
