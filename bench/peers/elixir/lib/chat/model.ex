defmodule Chat.Model do
  @moduledoc "A model that answers at once, with a binary of 100 bytes made for that answer."

  @reply String.duplicate("r", 100)

  def reply(_text), do: :binary.copy(@reply)
end
