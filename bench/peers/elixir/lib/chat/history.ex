defmodule Chat.History do
  @moduledoc """
  The messages of all conversations, in one ETS table that outlives the conversations.

  A message is the row `{id, role, content, time, parent}`. Its id is one small integer: the number of
  the conversation and, in the low 32 bits, the place in it, counted from 1; the parent is the id before.
  Appending is one insert, whatever the length of the history.
  """

  use GenServer

  import Bitwise

  @table __MODULE__
  @place_bits 32

  def start_link(type), do: GenServer.start_link(__MODULE__, type, name: __MODULE__)

  @impl true
  def init(type) do
    :persistent_term.put(__MODULE__, :atomics.new(1, []))

    :ets.new(@table, [
      type,
      :public,
      :named_table,
      write_concurrency: :auto,
      decentralized_counters: true
    ])

    {:ok, nil}
  end

  @doc "The number of a new, empty history."
  def open, do: :atomics.add_get(:persistent_term.get(__MODULE__), 1, 1)

  @doc "Appends the message of this place and answers it."
  def append(number, place, role, content, time) do
    parent = if place > 1, do: id(number, place - 1)
    message = {id(number, place), role, content, time, parent}
    :ets.insert(@table, message)
    message
  end

  @doc "How many messages there are: places have no gaps, so it is sought in growing steps."
  def count(number), do: count(number, 0, 1)

  defp count(number, known, step) do
    cond do
      :ets.member(@table, id(number, known + step)) -> count(number, known + step, step * 2)
      step > 1 -> count(number, known, 1)
      true -> known
    end
  end

  @doc "All messages, oldest first."
  def messages(number) do
    for place <- 1..count(number)//1,
        message <- :ets.lookup(@table, id(number, place)),
        do: message
  end

  @doc "The number of the history that a message is of."
  def number(message_id), do: message_id >>> @place_bits

  defp id(number, place), do: number <<< @place_bits ||| place
end
