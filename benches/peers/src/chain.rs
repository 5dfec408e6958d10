//! Functions that await one another, so that a suspension lies so many levels deep.

/// One function for each level, each awaiting the next; the last awaits `$leaf`, `count` times.
macro_rules! async_levels {
    ($leaf:expr; $last:ident $(, $name:ident awaits $next:ident)*) => {
        async fn $last(count: usize) {
            for _ in 0..count {
                $leaf.await;
            }
        }
        $(async fn $name(count: usize) {
            $next(count).await;
        })*
    };
}

/// The same, of coroutines.
macro_rules! coroutine_levels {
    ($leaf:expr; $last:ident $(, $name:ident awaits $next:ident)*) => {
        #[coweave::coroutine]
        fn $last(count: usize) {
            for _ in 0..count {
                $leaf.await;
            }
        }
        $(#[coweave::coroutine]
        fn $name(count: usize) {
            $next(count).await;
        })*
    };
}

/// Calls one of the two macros above with sixteen levels.
macro_rules! sixteen_levels {
    ($levels:ident, $leaf:expr) => {
        $levels! {
            $leaf; level_1,
            level_2 awaits level_1, level_3 awaits level_2, level_4 awaits level_3,
            level_5 awaits level_4, level_6 awaits level_5, level_7 awaits level_6,
            level_8 awaits level_7, level_9 awaits level_8, level_10 awaits level_9,
            level_11 awaits level_10, level_12 awaits level_11, level_13 awaits level_12,
            level_14 awaits level_13, level_15 awaits level_14, level_16 awaits level_15
        }
    };
}

/// Calls `$run` with the future of a chain that is `$depth` levels deep.
macro_rules! at_depth {
    ($depth:expr, $count:expr, $run:expr) => {
        match $depth {
            1 => $run(level_1($count)),
            2 => $run(level_2($count)),
            4 => $run(level_4($count)),
            8 => $run(level_8($count)),
            16 => $run(level_16($count)),
            depth => unreachable!("no program has a chain of {depth} levels"),
        }
    };
}

pub(crate) use async_levels;
pub(crate) use at_depth;
pub(crate) use coroutine_levels;
pub(crate) use sixteen_levels;
