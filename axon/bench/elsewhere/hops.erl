%% Erlang, as a peer of axon: the cases with processes and their mailboxes, on one
%% scheduler, as a programmer of Erlang would write them. It is called with the name of a
%% case, the number of components and the number of messages, and prints how many
%% nanoseconds that took, what it found out and how many bytes each sleeper takes. The
%% benchmark checks what it found.
%%
%% A mailbox has no limit, so a producer gives way after as many messages as a box holds
%% on other peers.
-module(hops).
-export([main/1]).

-define(CAPACITY, 64).

main([Case, Components, Messages]) ->
    C = list_to_integer(Components),
    M = list_to_integer(Messages),
    {Took, Found, Asleep} = run(list_to_atom(Case), C, M),
    io:format("~b ~b ~w~n", [Took, Found, Asleep]),
    halt().

run(pipeline, C, M) -> timed(fun() -> pipeline(C, M) end);
run('fan-in', C, M) -> timed(fun() -> fan_in(C, M) end);
run(broadcast, C, M) -> timed(fun() -> broadcast(C, M) end);
run(spawn, C, M) -> timed(fun() -> spawn_all(C, M div C, 0) end);
run(ring, C, M) -> ring(C, M);
run(pair, C, M) -> sleepers(C, M);
run(idle, C, M) -> sleepers(C, M).

now_ns() -> erlang:monotonic_time(nanosecond).

timed(Work) ->
    Began = now_ns(),
    Found = Work(),
    {now_ns() - Began, Found, 0}.

source(_, To, To, _) ->
    ok;
source(Outbox, To, To1, 0) ->
    erlang:yield(),
    source(Outbox, To, To1, ?CAPACITY);
source(Outbox, Number, To, Room) ->
    Outbox ! Number,
    source(Outbox, Number + 1, To, Room - 1).

sum(Sum) ->
    receive
        finished -> Sum;
        Number -> sum(Sum + Number)
    end.

pass_on(Outbox) ->
    receive
        finished -> Outbox ! finished;
        Number -> Outbox ! Number, pass_on(Outbox)
    end.

pipeline(C, M) ->
    Stage = fun(_, After) -> spawn(fun() -> pass_on(After) end) end,
    First = lists:foldl(Stage, self(), lists:seq(1, C)),
    spawn(fun() -> source(First, 0, M, ?CAPACITY), First ! finished end),
    sum(0).

fan_in(C, M) ->
    Sum = self(),
    Each = M div C,
    [spawn(fun() ->
        source(Sum, P * Each, (P + 1) * Each, ?CAPACITY),
        Sum ! finished
     end) || P <- lists:seq(0, C - 1)],
    lists:foldl(fun(_, So_far) -> sum(So_far) end, 0, lists:seq(1, C)).

broadcast(C, M) ->
    Main = self(),
    Listeners = [spawn(fun() -> Main ! sum(0) end) || _ <- lists:seq(1, C)],
    tell(Listeners, 0, M),
    [Listener ! finished || Listener <- Listeners],
    lists:sum([receive Sum -> Sum end || _ <- Listeners]).

tell(_, M, M) ->
    ok;
tell(Listeners, Message, M) ->
    [Listener ! Message || Listener <- Listeners],
    case Message rem ?CAPACITY of
        0 -> erlang:yield();
        _ -> ok
    end,
    tell(Listeners, Message + 1, M).

%% The last member is linked to the first, and the number makes a lap before the clock runs.
ring(C, M) ->
    Main = self(),
    Last = spawn(fun() -> receive {next, First} -> member(Main, First, C - 1, M) end end),
    Member = fun(N, Next) -> spawn(fun() -> member(Main, Next, N, M) end) end,
    First = lists:foldl(Member, Last, lists:seq(C - 2, 0, -1)),
    Last ! {next, First},
    First ! M + C,
    Began = receive {began, At} -> At end,
    receive {ended, Ended, Found} -> {Ended - Began, Found, 0} end.

member(Main, Next, N, M) ->
    receive
        0 ->
            Main ! {ended, now_ns(), N};
        M ->
            Main ! {began, now_ns()},
            Next ! M - 1,
            member(Main, Next, N, M);
        Left ->
            Next ! Left - 1,
            member(Main, Next, N, M)
    end.

sleepers(C, M) ->
    Main = self(),
    Before = erlang:memory(total),
    Sleepers = [spawn(fun() -> receive wake -> Main ! awake end end)
                || _ <- lists:seq(1, C)],
    erlang:yield(),
    Asleep = (erlang:memory(total) - Before) / C,
    Pong = spawn(fun() -> play(Main, none, M) end),
    Ping = spawn(fun() -> play(Main, Pong, M) end),
    Pong ! {other, Ping},
    Began = now_ns(),
    Ping ! 1,
    Ended = receive {ended, At} -> At end,
    [Sleeper ! wake || Sleeper <- Sleepers],
    Awake = length([receive awake -> awake end || _ <- Sleepers]),
    {Ended - Began, M + Awake, Asleep}.

play(Main, none, M) ->
    receive {other, Other} -> play(Main, Other, M) end;
play(Main, Other, M) ->
    receive
        M -> Main ! {ended, now_ns()};
        Hop -> Other ! Hop + 1, play(Main, Other, M)
    end.

spawn_all(_, 0, Found) ->
    Found;
spawn_all(C, Rounds, Found) ->
    Main = self(),
    [spawn(fun() -> Main ! ended end) || _ <- lists:seq(1, C)],
    Ended = length([receive ended -> ended end || _ <- lists:seq(1, C)]),
    spawn_all(C, Rounds - 1, Found + Ended).
