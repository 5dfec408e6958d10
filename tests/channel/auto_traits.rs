//! Which ends, and what they lend, may be sent to and shared with other threads: what is sound, and no
//! more is asked of the values.

use coweave::channel::{
    Peeked, Permit, Receiver, Recv, Reserve, SendFuture, Sender, broadcast, local, oneshot, watch,
};

use crate::probe::{Both, Neither, Not, Probe, Send, Sync, assert_traits};

#[test]
fn a_value_that_one_receives_need_only_be_sent() {
    assert_traits! {
        Sender<Both>: true true;
        Sender<Send>: true true;
        Sender<Sync>: false false;
        Sender<Neither>: false false;
        Receiver<Both>: true true;
        Receiver<Send>: true true;
        Receiver<Sync>: false false;
        Receiver<Neither>: false false;
        oneshot::Sender<Both>: true true;
        oneshot::Sender<Send>: true true;
        oneshot::Sender<Sync>: false false;
        oneshot::Receiver<Both>: true true;
        oneshot::Receiver<Send>: true true;
        oneshot::Receiver<Sync>: false false;
    }
}

/// Several threads clone one value of a broadcast, or look at one of a watch, at the same time.
#[test]
fn a_value_that_all_receive_must_be_shared_as_well() {
    assert_traits! {
        broadcast::Sender<Both>: true true;
        broadcast::Sender<Send>: false false;
        broadcast::Sender<Sync>: false false;
        broadcast::Receiver<Both>: true true;
        broadcast::Receiver<Send>: false false;
        broadcast::Receiver<Sync>: false false;
        broadcast::Recv<'static, Both>: true true;
        broadcast::Recv<'static, Send>: false false;
        watch::Sender<Both>: true true;
        watch::Sender<Send>: false false;
        watch::Sender<Sync>: false false;
        watch::Receiver<Both>: true true;
        watch::Receiver<Send>: false false;
        watch::Receiver<Sync>: false false;
        watch::Ref<Both>: true true;
        watch::Ref<Send>: false false;
        watch::Ref<Sync>: false false;
    }
}

#[test]
fn what_waits_and_what_is_lent_go_as_far_as_the_values() {
    assert_traits! {
        SendFuture<'static, Both>: true true;
        SendFuture<'static, Send>: true false;
        SendFuture<'static, Sync>: false false;
        Reserve<'static, Both>: true true;
        Reserve<'static, Send>: true true;
        Reserve<'static, Sync>: false false;
        Recv<'static, Both>: true true;
        Recv<'static, Send>: true true;
        Recv<'static, Sync>: false false;
        Permit<'static, Both>: true true;
        Permit<'static, Send>: true true;
        Permit<'static, Sync>: false false;
        Peeked<'static, Both>: true true;
        Peeked<'static, Send>: true false;
        Peeked<'static, Sync>: false false;
    }
}

#[test]
fn what_is_local_stays() {
    assert_traits! {
        local::Sender<Both>: false false;
        local::Receiver<Both>: false false;
        local::oneshot::Sender<Both>: false false;
        local::oneshot::Receiver<Both>: false false;
        local::broadcast::Sender<Both>: false false;
        local::broadcast::Receiver<Both>: false false;
        local::watch::Sender<Both>: false false;
        local::watch::Receiver<Both>: false false;
    }
}
