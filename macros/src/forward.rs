//! A function that only awaits another one, to which it passes its arguments.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;
use syn::{Block, Expr, ExprCall, ExprPath, FnArg, Pat, ReturnType, Stmt, Type};

use crate::args::{Args, Kind};
use crate::input::Function;
use crate::signature::{Arguments, Output, contains_impl, generated};
use crate::{lowering, max_frame};

/// `fn f(a: A, b: B) -> R { g(a, b).await }`, or `fn f(a: A, b: B) { g(a, b).await; }`.
///
/// A coroutine would hold `a` and `b` beside the frame of `g`, into which they were moved, because
/// what a coroutine captures shares its place with nothing. Here the frame is the arguments until
/// the first resume, and from then on the frame of `g`. Nothing runs earlier than it would
/// otherwise, for the call itself is made in the first resume.
pub(crate) struct Forward {
    call: ExprCall,
    await_span: Span,
    /// Where it stands, if what it gives is discarded.
    discarded_at: Option<Span>,
}

impl Forward {
    /// Every argument must go into the call, whole and as it is: what the call does not take over
    /// must live until its end, and what it borrows must not move.
    pub(crate) fn of(function: &Function, kind: &Kind, body: &Block) -> Option<Self> {
        let (Kind::Task, [Stmt::Expr(Expr::Await(awaited), semicolon)]) = (kind, &body.stmts[..])
        else {
            return None;
        };
        if semicolon.is_some() && !returns_nothing(&function.sig.output) {
            return None;
        }
        let Expr::Call(call) = &*awaited.base else { return None };
        let Expr::Path(callee) = &*call.func else { return None };
        let is_opaque =
            matches!(&function.sig.output, ReturnType::Type(_, ty) if contains_impl(ty));
        let has_attrs = !awaited.attrs.is_empty() || !call.attrs.is_empty();
        let mut names = function.sig.inputs.iter().map(name_of).collect::<Option<Vec<_>>>()?;
        if is_opaque || has_attrs || names.is_empty() || !is_function(callee, &names) {
            return None;
        }
        for argument in &call.args {
            match argument {
                Expr::Lit(_) => {}
                Expr::Path(path) => {
                    let name = path.path.get_ident()?;
                    let position = names.iter().position(|it| it == name)?;
                    names.remove(position);
                }
                _ => return None,
            }
        }
        names.is_empty().then(|| Self {
            call: call.clone(),
            await_span: awaited.await_token.span,
            discarded_at: semicolon.map(|_| awaited.span()),
        })
    }

    /// `p::forward(call).returning(site, coerce)`.
    pub(crate) fn expand(
        &self,
        args: &Args,
        output: &Output,
        arguments: &Arguments,
        within: Option<&TokenStream>,
        function: &Ident,
    ) -> TokenStream {
        let span = generated(self.await_span);
        let private = args.root.private(span);
        let site = lowering::site(self.await_span, &function.to_string(), &args.root);
        let (annotation, call) = (&output.annotation, &self.call);
        let capture = &arguments.capture;
        let value = match self.discarded_at {
            None => quote_spanned!(span=> |__output| #annotation { __output }),
            Some(at) => {
                let output = lowering::discarded(quote_spanned!(span=> __output), at);
                quote_spanned!(span=> |__output| #annotation { #output; })
            }
        };
        // All that is said about what is no future is said at the call, once.
        let span = generated(call.span());
        let p = args.root.private(span);
        let forward = quote_spanned! {span=>
            #p::forward(move || {
                #capture
                #p::Awaited(#call).__coweave_into_leaf()
            })
            .returning(|| &__SITE, #value)
        };
        let forward = max_frame::passed_through(within, forward);
        quote_spanned! {span=>
            #site
            #[allow(unused_imports)]
            use #private::IntoLeaf as _;
            #forward
        }
    }
}

fn returns_nothing(output: &ReturnType) -> bool {
    match output {
        ReturnType::Default => true,
        ReturnType::Type(_, ty) => matches!(&**ty, Type::Tuple(tuple) if tuple.elems.is_empty()),
    }
}

fn name_of(argument: &FnArg) -> Option<Ident> {
    match argument {
        FnArg::Receiver(it) => it.attrs.is_empty().then(|| Ident::new("self", it.self_token.span)),
        FnArg::Typed(it) => match &*it.pat {
            Pat::Ident(pat)
                if it.attrs.is_empty()
                    && pat.attrs.is_empty()
                    && pat.subpat.is_none()
                    && pat.by_ref.is_none() =>
            {
                Some(pat.ident.clone())
            }
            _ => None,
        },
    }
}

/// Whether the path is no argument: calling one may borrow it.
fn is_function(callee: &ExprPath, arguments: &[Ident]) -> bool {
    let is_argument = callee.path.get_ident().is_some_and(|name| arguments.contains(name));
    callee.attrs.is_empty() && !is_argument
}
