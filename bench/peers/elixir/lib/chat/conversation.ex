defmodule Chat.Conversation do
  @moduledoc """
  One conversation: it takes one turn at a time and appends both messages to `Chat.History`.

  Its own state is only what `stats` answers; a restart finds the messages where it left them.
  """

  use GenServer

  alias Chat.{History, Model}

  defstruct [
    :id,
    :number,
    :created_at,
    :last_active_at,
    name: nil,
    model: Model,
    count: 0,
    tokens: 0
  ]

  def start_link(id, number, created_at) do
    GenServer.start_link(__MODULE__, {id, number, created_at}, :persistent_term.get(__MODULE__))
  end

  @impl true
  def init({id, number, created_at}) do
    # Registered here and not by a :via name, which the process would keep a second copy of.
    case Registry.register(Chat.Registry, id, number) do
      {:ok, _} ->
        count = History.count(number)

        {:ok,
         %__MODULE__{
           id: id,
           number: number,
           created_at: created_at,
           last_active_at: created_at,
           count: count
         }}

      {:error, reason} ->
        {:stop, reason}
    end
  end

  @impl true
  def handle_call({:send, text}, _from, %{number: number, count: count, model: model} = state) do
    now = System.system_time(:millisecond)
    # The question is kept before the model is asked, so that no fault of the model loses it.
    History.append(number, count + 1, :user, text, now)
    reply = History.append(number, count + 2, :assistant, model.reply(text), now)
    tokens = state.tokens + div(byte_size(text), 4)
    {:reply, {:ok, reply}, %{state | count: count + 2, last_active_at: now, tokens: tokens}}
  end

  def handle_call(:stats, _from, state), do: {:reply, {:ok, state}, state}
end
