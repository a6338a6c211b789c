defmodule Chat.Broadcast do
  @moduledoc """
  One text to many conversations; one result per id in input order, `{:ok, message}` or `{:error, reason}`.

  The forms differ in who asks and how the replies are gathered.
  """

  @deadline_millis 60_000

  def forms do
    [
      task_async_stream: &task_async_stream/2,
      calls_in_slices: &calls_in_slices/2,
      send_request_in_slices: &send_request_in_slices/2,
      lean_sender: &lean_sender/2,
      lean_senders_in_slices: &lean_senders_in_slices/2
    ]
  end

  @doc "A task for each conversation."
  def task_async_stream(ids, text, at_once \\ 16) do
    ids
    |> Task.async_stream(&Chat.send_message(&1, text),
      max_concurrency: at_once,
      timeout: :infinity
    )
    |> Enum.map(fn {:ok, result} -> result end)
  end

  @doc "A few tasks, each calling its slice one by one."
  def calls_in_slices(ids, text, tasks \\ 16) do
    in_slices(ids, tasks, fn slice -> Enum.map(slice, &Chat.send_message(&1, text)) end)
  end

  @doc "A few senders, each with a window of monitored requests, as OTP offers them."
  def send_request_in_slices(ids, text, senders \\ 8, window \\ 10) do
    in_slices(ids, senders, &windowed(&1, 0, :queue.new(), window, text, []))
  end

  defp windowed([id | ids], open, requests, window, text, results) when open < window do
    request =
      case Chat.whereis(id) do
        nil -> nil
        pid -> :gen_server.send_request(pid, {:send, text})
      end

    windowed(ids, open + 1, :queue.in(request, requests), window, text, results)
  end

  defp windowed([], 0, _requests, _window, _text, results), do: Enum.reverse(results)

  defp windowed(ids, open, requests, window, text, results) do
    {{:value, request}, requests} = :queue.out(requests)

    result =
      case request && :gen_server.receive_response(request, :infinity) do
        nil -> {:error, :not_found}
        {:reply, result} -> result
        {:error, {reason, _}} -> {:error, reason}
      end

    windowed(ids, open - 1, requests, window, text, [result | results])
  end

  @doc "One sender that sends everything, gathers the replies as they come and sorts them."
  def lean_sender(ids, text) do
    in_slices(ids, 1, fn ids ->
      Process.flag(:message_queue_data, :off_heap)
      count = Enum.reduce(ids, 0, fn id, index -> ask(id, text, index) end)
      for {_, result} <- List.keysort(gather(0, count, []), 0), do: result
    end)
  end

  defp gather(count, count, results), do: results

  defp gather(taken, count, results) do
    receive do
      {index, _} = result when is_integer(index) -> gather(taken + 1, count, [result | results])
    after
      @deadline_millis ->
        answered = MapSet.new(results, &elem(&1, 0))
        late = for index <- 0..(count - 1), index not in answered, do: {index, {:error, :timeout}}
        late ++ results
    end
  end

  @doc "A few senders, each with a window of unmonitored requests whose replies it takes in order."
  def lean_senders_in_slices(ids, text, senders \\ 16, window \\ 100) do
    in_slices(ids, senders, fn slice ->
      Process.flag(:message_queue_data, :off_heap)
      lean(slice, 0, 0, window, text, [])
    end)
  end

  defp lean([id | ids], sent, taken, window, text, results) when sent - taken < window do
    lean(ids, ask(id, text, sent), taken, window, text, results)
  end

  defp lean([], sent, sent, _window, _text, results), do: Enum.reverse(results)

  defp lean(ids, sent, taken, window, text, results) do
    result =
      receive do
        {^taken, result} -> result
      after
        @deadline_millis -> {:error, :timeout}
      end

    lean(ids, sent, taken + 1, window, text, [result | results])
  end

  # A GenServer call without the monitor: the reply is `{index, result}`, to this process alone.
  defp ask(id, text, index) do
    case Chat.whereis(id) do
      nil -> send(self(), {index, {:error, :not_found}})
      pid -> send(pid, {:"$gen_call", {self(), index}, {:send, text}})
    end

    index + 1
  end

  defp in_slices(ids, count, work) do
    ids
    |> Chat.slices(count)
    |> Enum.map(fn slice -> Task.async(fn -> work.(slice) end) end)
    |> Task.await_many(:infinity)
    |> Enum.concat()
  end
end
