defmodule Chat do
  @moduledoc """
  Very many conversations in one node, each a supervised process found by its id.

      Chat (rest_for_one)
      ├── Chat.History             owns the table of messages, so that it outlives every conversation
      ├── Chat.Registry            id -> process, in partitions
      └── Chat.Supervisors         a PartitionSupervisor
          └── DynamicSupervisor    each with its share of the conversations
              └── Chat.Conversation
  """

  alias Chat.{Conversation, History}

  @options [
    supervisors: 64,
    registries: 2,
    table: :set,
    hibernate_after: :infinity,
    conversation: [],
    supervisor: []
  ]

  @doc "Starts the tree. The options are the choices that the README measures."
  def start_link(options \\ []) do
    options = Keyword.merge(@options, options)

    # A supervisor counts the restarts of its last `max_seconds` in a list it walks at each restart.
    supervisor = [
      max_restarts: 1_000_000_000,
      max_seconds: 1,
      spawn_opt: options[:supervisor]
    ]

    :persistent_term.put(
      Conversation,
      hibernate_after: options[:hibernate_after],
      spawn_opt: options[:conversation]
    )

    children = [
      {History, options[:table]},
      {Registry, keys: :unique, name: Chat.Registry, partitions: options[:registries]},
      {PartitionSupervisor,
       name: Chat.Supervisors,
       partitions: options[:supervisors],
       child_spec: {DynamicSupervisor, supervisor}}
    ]

    Supervisor.start_link(children, strategy: :rest_for_one, name: Chat)
  end

  @doc "Starts a conversation with this id."
  def start_conversation(id) do
    start_conversation({:via, PartitionSupervisor, {Chat.Supervisors, id}}, id)
  end

  defp start_conversation(supervisor, id) do
    start = {Conversation, :start_link, [id, History.open(), System.system_time(:millisecond)]}
    DynamicSupervisor.start_child(supervisor, %{id: id, start: start, restart: :permanent})
  end

  @doc "Starts a conversation for each id, `creators` supervisors at work at once; raises unless all start."
  def start_conversations(ids, creators \\ System.schedulers_online()) do
    supervisors =
      for {_, pid, _, _} <- PartitionSupervisor.which_children(Chat.Supervisors), do: pid

    ids
    |> slices(length(supervisors))
    |> Enum.zip(supervisors)
    |> Task.async_stream(
      fn {slice, supervisor} ->
        Enum.each(slice, fn id -> {:ok, _} = start_conversation(supervisor, id) end)
      end,
      max_concurrency: creators,
      timeout: :infinity
    )
    |> Stream.run()

    :ok
  end

  @doc "The process of a conversation, or nil."
  def whereis(id) do
    case Registry.lookup(Chat.Registry, id) do
      [{pid, _}] -> pid
      [] -> nil
    end
  end

  @doc "Sends the user's text; the reply as a message. Waits for as long as the model takes."
  def send_message(id, text), do: call(id, {:send, text})

  @doc "What is known of the conversation."
  def stats(id), do: call(id, :stats)

  @doc "The messages, oldest first. Read from the table, so it answers while a reply is being made."
  def history(id) do
    case Registry.lookup(Chat.Registry, id) do
      [{_, number}] -> {:ok, History.messages(number)}
      [] -> {:error, :not_found}
    end
  end

  defp call(id, request) do
    case whereis(id) do
      nil -> {:error, :not_found}
      pid -> GenServer.call(pid, request, :infinity)
    end
  catch
    :exit, {reason, _} -> {:error, reason}
  end

  @doc "Cuts a list into at most `count` slices of one length, the last one shorter."
  def slices(list, count), do: Enum.chunk_every(list, max(1, ceil(length(list) / count)))
end
