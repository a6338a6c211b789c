defmodule Chat.Bench do
  @moduledoc "Measures the conversations of one virtual machine; `run.sh` says how to call it."

  alias Chat.{Broadcast, History}

  @options [
    n: :integer,
    form: :string,
    beside: :string,
    json: :boolean,
    term: :boolean,
    rounds: :integer,
    supervisors: :integer,
    registries: :integer,
    table: :string
  ]
  @forms %{"fast" => :infinity, "lean" => 0}
  @round_trip_millis 2_000
  @text String.duplicate("u", 100)

  # What the better of two forms has: the higher rate, the fewer bytes, the sooner recovery.
  @better [
    creations_per_s: &max/2,
    heap_bytes_empty: &min/2,
    heap_bytes_two: &min/2,
    rss_bytes_per_conversation_empty: &min/2,
    rss_bytes_two: &min/2,
    broadcast_per_s: &max/2,
    broadcast_forms: &__MODULE__.max_of_each/2,
    round_trips_per_s: &max/2,
    round_trips_forms: &__MODULE__.max_of_each/2,
    recover_ms: &min/2,
    recovered: &min/2,
    others_undisturbed: &min/2
  ]

  def main(arguments) do
    {options, rest, invalid} = OptionParser.parse(arguments, strict: @options)
    unless rest == [] and invalid == [], do: refuse("cannot be read: #{inspect(arguments)}")

    n = Keyword.get(options, :n, 100_000)
    limit = :erlang.system_info(:process_limit) - 10_000
    unless n in 1..limit, do: refuse("--n must be from 1 to #{limit}, and is #{n}")

    form = Keyword.get(options, :form, "fast")
    unless is_map_key(@forms, form), do: refuse("--form must be fast or lean, and is #{form}")

    # Thousands of reports of processes that were killed on purpose would be what is measured.
    :logger.set_primary_config(:level, :none)
    rounds = Keyword.get(options, :rounds, 3)
    unless rounds in 0..100, do: refuse("--rounds must be from 0 to 100, and is #{rounds}")

    found = measure(n, form, rounds, tree(options, form))

    found = if file = options[:beside], do: best(found, file), else: found

    cond do
      options[:term] -> :io.format("~p.~n", [found])
      options[:json] -> IO.puts(json(found))
      true -> Enum.each(found, fn {key, value} -> IO.puts("#{key}: #{json(value)}") end)
    end
  end

  defp refuse(reason) do
    IO.puts(:stderr, reason)
    System.halt(2)
  end

  defp tree(options, form) do
    options
    |> Keyword.take([:supervisors, :registries])
    |> Keyword.put(:table, if(options[:table] == "ordered_set", do: :ordered_set, else: :set))
    |> Keyword.put(:hibernate_after, @forms[form])
  end

  defp measure(n, form, rounds, tree) do
    say("#{form}: #{n} ids")
    ids = ids(n)
    before = footprint()
    {:ok, _} = Chat.start_link(tree)

    say("#{form}: creating")
    {millis, :ok} = timed(fn -> Chat.start_conversations(ids) end)
    creations = rate(n, millis)
    true = Enum.all?(ids, &is_pid(Chat.whereis(&1)))
    empty = footprint()

    say("#{form}: one message to each")
    first = broadcast(:lean_senders_in_slices, ids)
    two = footprint()

    say("#{form}: killing 1 %")
    recovery = recover(ids)

    say("#{form}: #{rounds} rounds of broadcasts")
    forms = if rounds > 0, do: broadcasts(ids, rounds), else: [lean_senders_in_slices: first]

    say("#{form}: round trips")
    round_trips = round_trips(hd(ids))

    [
      n: n,
      form: form,
      creations_per_s: creations,
      heap_bytes_empty: per(n, empty.heap - before.heap),
      heap_bytes_two: per(n, two.heap - before.heap),
      rss_bytes_per_conversation_empty: per(n, empty.rss - before.rss),
      rss_bytes_two: per(n, two.rss - before.rss),
      broadcast_per_s: forms |> Keyword.values() |> Enum.max(),
      broadcast_forms: forms,
      broadcast_first_per_s: first,
      round_trips_per_s: round_trips |> Keyword.values() |> Enum.max(),
      round_trips_forms: round_trips
    ] ++ recovery
  end

  defp ids(n) do
    1..n
    |> Enum.chunk_every(10_000)
    |> Task.async_stream(fn chunk -> Enum.map(chunk, fn _ -> uuid() end) end, timeout: :infinity)
    |> Enum.flat_map(fn {:ok, ids} -> ids end)
  end

  defp uuid do
    <<a::48, _::4, b::12, _::2, c::62>> = :rand.bytes(16)
    hex = Base.encode16(<<a::48, 4::4, b::12, 2::2, c::62>>, case: :lower)

    <<a::binary-size(8), b::binary-size(4), c::binary-size(4), d::binary-size(4), e::binary>> =
      hex

    "#{a}-#{b}-#{c}-#{d}-#{e}"
  end

  # Every form once a round, so that none has the shorter histories to itself.
  defp broadcasts(ids, rounds) do
    rates =
      for round <- 1..rounds, {form, _} <- Broadcast.forms() do
        rate = broadcast(form, ids)
        say("  round #{round}, #{form}: #{rate}/s")
        {form, rate}
      end

    for {form, _} <- Broadcast.forms(), do: {form, rates |> Keyword.get_values(form) |> median()}
  end

  # In a process of its own, so that the replies are garbage when it ends.
  defp broadcast(form, ids) do
    Task.async(fn ->
      {millis, results} = timed(fn -> Broadcast.forms()[form].(ids, @text) end)
      check(ids, results)
      rate(length(ids), millis)
    end)
    |> Task.await(:infinity)
  end

  defp check([], []), do: :ok

  defp check([id | ids], [{:ok, {reply, :assistant, content, _, _}} | results])
       when byte_size(content) == 100 do
    [{_, number}] = Registry.lookup(Chat.Registry, id)
    ^number = History.number(reply)
    check(ids, results)
  end

  defp recover(ids) do
    victims = Enum.take_random(ids, max(1, div(length(ids), 100)))
    others = MapSet.to_list(MapSet.difference(MapSet.new(ids), MapSet.new(victims)))
    victims_before = Enum.map(victims, &seen/1)
    others_before = Enum.map(others, &seen/1)

    {millis, _} =
      timed(fn ->
        victims_before
        |> Chat.slices(System.schedulers_online())
        |> Enum.map(&Task.async(fn -> kill(&1) end))
        |> Task.await_many(:infinity)
      end)

    [
      recover_ms: Float.round(millis, 1),
      killed: length(victims),
      recovered:
        Enum.count(victims_before, fn {id, pid, count, history} ->
          match?({^id, now, ^count, ^history} when now != pid, seen(id))
        end),
      others_undisturbed: Enum.count(others_before, &(seen(elem(&1, 0)) == &1))
    ]
  end

  defp seen(id) do
    {:ok, %{count: count}} = Chat.stats(id)
    {:ok, messages} = Chat.history(id)
    {id, Chat.whereis(id), count, :erlang.phash2(messages)}
  end

  defp kill(victims) do
    Enum.each(victims, fn {_, pid, _, _} -> Process.exit(pid, :kill) end)
    Enum.each(victims, fn {id, pid, count, _} -> await(id, pid, count) end)
  end

  defp await(id, killed, count) do
    with pid when is_pid(pid) and pid != killed <- Chat.whereis(id),
         {:ok, %{count: ^count}} <- Chat.stats(id) do
      :ok
    else
      _ ->
        :erlang.yield()
        await(id, killed, count)
    end
  end

  # Caller and conversation take turns: a second scheduler can only pass the work to and fro.
  defp round_trips(id) do
    online = :erlang.system_flag(:schedulers_online, 1)
    one = calls_per_s(id)
    :erlang.system_flag(:schedulers_online, online)
    [one_scheduler: one, all_schedulers: calls_per_s(id)]
  end

  defp calls_per_s(id), do: calls_per_s(id, System.monotonic_time(:millisecond), 0)

  defp calls_per_s(id, start, calls) do
    for _ <- 1..1_000, do: {:ok, _} = Chat.send_message(id, @text)
    millis = System.monotonic_time(:millisecond) - start

    if millis < @round_trip_millis do
      calls_per_s(id, start, calls + 1_000)
    else
      rate(calls + 1_000, millis)
    end
  end

  # Every process with its garbage collected. One that hibernates has none, and would be woken.
  defp footprint do
    for pid <- Process.list(), awake?(pid), do: :erlang.garbage_collect(pid)
    Process.sleep(500)
    :erlang.garbage_collect()
    %{heap: :erlang.memory(:total), rss: rss()}
  end

  defp awake?(pid) do
    Process.info(pid, :current_function) != {:current_function, {:erlang, :hibernate, 3}}
  end

  defp rss do
    {kilobytes, 0} = System.cmd("ps", ["-o", "rss=", "-p", System.pid()])
    String.to_integer(String.trim(kilobytes)) * 1024
  end

  defp best(found, file) do
    {:ok, [beside]} = :file.consult(file)
    forms = [{found[:form], found}, {beside[:form], beside}]

    found
    |> Keyword.delete(:form)
    |> Enum.map(fn {key, value} ->
      case @better[key] do
        nil -> {key, value}
        better -> {key, better.(value, beside[key])}
      end
    end)
    |> Keyword.merge(otp: System.otp_release(), elixir: System.version(), forms: forms)
  end

  @doc false
  def max_of_each(one, other), do: Keyword.merge(one, other, fn _, a, b -> max(a, b) end)

  defp timed(work) do
    start = System.monotonic_time()
    result = work.()

    {(System.monotonic_time() - start) / System.convert_time_unit(1, :millisecond, :native),
     result}
  end

  defp rate(count, millis), do: round(count * 1_000 / millis)
  defp per(n, bytes), do: div(bytes, n)
  defp median(values), do: values |> Enum.sort() |> Enum.at(div(length(values), 2))
  defp say(line), do: IO.puts(:stderr, line)

  defp json([{_, _} | _] = object) do
    "{" <> Enum.map_join(object, ", ", fn {key, value} -> "\"#{key}\": #{json(value)}" end) <> "}"
  end

  defp json(number) when is_number(number), do: to_string(number)
  defp json(text), do: "\"#{text}\""
end
