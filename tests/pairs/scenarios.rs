//! What happens to two waits in one task. Each scenario is written once, and is both an `async` function
//! and a coroutine.

use std::time::Duration;

use coweave::{Instant, join, select, sleep_until, spawn_local, yield_now};

use crate::wait::{Form, Make, Wait};

/// When the two waits are fulfilled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Order {
    FirstThenSecond,
    SecondThenFirst,
    /// Both before the task is resumed.
    AtOnce,
    /// Both before they begin.
    Before,
}

impl Order {
    fn seconds(self) -> [u64; 2] {
        match self {
            Self::FirstThenSecond => [1, 2],
            Self::SecondThenFirst => [2, 1],
            Self::AtOnce | Self::Before => [1, 1],
        }
    }
}

/// Two waits that are about to begin, and the instants at which they are fulfilled.
struct Pair {
    waits: [Wait; 2],
    instants: [Instant; 2],
    order: Order,
}

impl Pair {
    fn new(makes: [Make; 2], order: Order, form: Form) -> Self {
        let start = Instant::now();
        let instants = order.seconds().map(|seconds| start + Duration::from_secs(seconds));
        let waits = [makes[0](instants[0], form), makes[1](instants[1], form)];
        Self { waits, instants, order }
    }

    fn last(&self) -> Instant {
        self.instants[0].max(self.instants[1])
    }

    /// Who wins a select, and when: of two at once the first, if it is biased.
    fn assert_winner(&self, winner: usize, is_biased: bool) {
        let [first, second] = self.instants;
        let expected = if first == second { 0 } else { usize::from(second < first) };
        if first != second || is_biased {
            assert_eq!(winner, expected, "who wins");
        }
        assert_eq!(Instant::now(), first.min(second), "when it wins");
    }

    fn into_loser(self, winner: usize) -> Wait {
        let [first, second] = self.waits;
        if winner == 0 { second } else { first }
    }
}

macro_rules! in_both_forms {
    ($(fn $name:ident($($argument:ident: $type:ty),*) $body:block)*) => {
        pub(crate) mod in_async_blocks {
            use super::*;

            const FORM: Form = Form::AsyncBlock;
            $(pub(crate) async fn $name($($argument: $type),*) $body)*
        }

        pub(crate) mod in_coroutines {
            use super::*;

            const FORM: Form = Form::Coroutine;
            $(#[coweave::coroutine] pub(crate) fn $name($($argument: $type),*) $body)*
        }
    };
}

in_both_forms! {
    fn joins(makes: [Make; 2], order: Order) {
        let pair = Pair::new(makes, order, FORM);
        yield_now().await; // until those who will fulfil them sleep
        if pair.order == Order::Before {
            sleep_until(pair.last() + Duration::from_secs(1)).await;
        }
        let began = Instant::now();
        join!((pair.waits[0].begin)(), (pair.waits[1].begin)());
        assert_eq!(Instant::now(), pair.last().max(began), "when both have ended");
    }

    fn selects(makes: [Make; 2], order: Order, is_biased: bool) {
        let pair = Pair::new(makes, order, FORM);
        yield_now().await;
        let (first, second) = ((pair.waits[0].begin)(), (pair.waits[1].begin)());
        let winner = if is_biased {
            select! {
                biased;
                () = first => 0,
                () = second => 1,
            }
        } else {
            select! {
                () = first => 0,
                () = second => 1,
            }
        };
        pair.assert_winner(winner, is_biased);
        let (last, was_fulfilled) = (pair.last(), pair.order == Order::AtOnce);
        sleep_until(last).await; // until the other one is fulfilled, too
        yield_now().await;
        pair.into_loser(winner).check_what_is_left(was_fulfilled).await;
    }

    fn selects_before_another(makes: [Make; 2], order: Order) {
        let pair = Pair::new(makes, order, FORM);
        yield_now().await;
        let loser = if order == Order::SecondThenFirst { 0 } else { 1 };
        let (first, second) = ((pair.waits[0].begin)(), (pair.waits[1].begin)());
        let begin = pair.waits[loser].begin.clone();
        let behind = spawn_local(async move {
            yield_now().await; // until the two have begun
            begin().await;
            Instant::now()
        });
        let winner = select! {
            biased;
            () = first => 0,
            () = second => 1,
        };
        pair.assert_winner(winner, true);
        assert_eq!(behind.await.unwrap(), pair.last(), "when the other task goes on");
    }
}

/// Runs a function of the form.
macro_rules! in_form {
    ($scheduler:expr, $form:expr, $name:ident($($argument:expr),*)) => {
        match $form {
            Form::AsyncBlock => $scheduler
                .try_run(crate::scenarios::in_async_blocks::$name($($argument),*)),
            Form::Coroutine => $scheduler
                .try_run(crate::scenarios::in_coroutines::$name($($argument),*)),
        }
    };
}
pub(crate) use in_form;
